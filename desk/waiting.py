"""What waits for the Registration Authority: the lines of “To look at” on the desk's first page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.urls import reverse
from django.utils import timezone

from authenticators.models import Authenticator
from careid.errors import counted
from careid.trail.models import Event
from careid.trail.names import EventName
from desk import owned
from desk.mover_filters import WANTED
from desk.scope import held

DAYS: Final = 7
MOST: Final = 1_000  # counted no further


def lines(user: AbstractBaseUser | AnonymousUser) -> Iterator[tuple[str, str]]:
    """What waits among the admin's organisations, each with its list: emails that were refused, holds, calls."""
    since = timezone.now() - timedelta(days=DAYS)
    failed = Event.objects.filter(name=EventName.MAIL_FAILED, outcome="failed", at__gte=since)
    refused = held(failed, user, "organisation")[:MOST].count()
    if refused:
        query = f"?name__exact={EventName.MAIL_FAILED.value}&days={DAYS}"
        words = f"{counted(refused, 'email')} could not be sent in the last {DAYS} days"
        yield words, reverse("admin:careid_event_changelist") + query
    on_hold = Authenticator.objects.on_hold(timezone.now())
    waiting = held(on_hold, user, "profile__organisation__code")[:MOST].count()
    if waiting:
        words = f"{counted(waiting, 'authenticator')} on hold"
        yield words, reverse("admin:authenticators_authenticator_changelist") + "?hold=yes"
    calls = owned.people(user).filter(WANTED)[:MOST].count()
    if calls:
        words = counted(calls, "person wants a call", "people want a call")
        yield f"{words} about a service that changes", reverse("admin:moves_person_changelist") + "?call=wanted"
