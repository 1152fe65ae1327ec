"""Where invitations and applications stand, in numbers and by organisation."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Count, Min
from django.utils import timezone

from apply.models import Application, Invitation
from careid.errors import counted

WIDTH: Final = 14  # of an organisation's code, and a little


def lines() -> Iterator[str]:
    """A line for each organisation, by its code, and one for what waits longest. Nobody is named."""
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for code, state, many in _counts():
        states[code][state] += many
    for code in sorted(states):
        told = ", ".join(f"{states[code][one]} {one}" for one in Invitation.State.values if states[code][one])
        yield f"{code:<{WIDTH}}{told}"
    yield _waiting()


def _counts() -> "Iterator[tuple[str, str, int]]":
    """Code, state and how many; what ran out and was not ended yet counts as expired."""
    rows = Invitation.objects.order_by("organisation__code")
    over = {"state__in": Invitation.LIVE, "expires_at__lte": timezone.now()}
    for these, state in ((rows.exclude(**over), ""), (rows.filter(**over), Invitation.State.EXPIRED.value)):
        for code, own, many in these.values_list("organisation__code", "state").annotate(many=Count("pk")):
            yield code, state or own, many


def _waiting() -> str:
    waiting = Application.objects.filter(state=Application.State.WAITING)
    told = waiting.aggregate(many=Count("pk"), oldest=Min("submitted_at"))
    oldest: datetime | None = told["oldest"]
    if oldest is None:
        return "No application waits."
    days = counted((timezone.now() - oldest).days, "day")
    return f"{counted(told['many'], 'application')} to decide, the oldest since {days}."
