"""What waits for the Registration Authority: the lines of “To look at” on the desk's first page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from apply.models import Application, Invitation
from authenticators.models import Authenticator
from careid.errors import counted
from careid.trail.models import Event
from careid.trail.names import EventName
from desk import owned
from desk.invitation_filters import SOON, running_out, undelivered
from desk.mover_filters import WANTED
from desk.scope import held

DAYS: Final = 7
MOST: Final = 1_000  # counted no further


def lines(user: Any) -> Iterator[tuple[str, str]]:
    """What waits among the admin's organisations, each with its list, as far as they may see it."""
    if user.has_perm("authenticators.view_report"):
        yield from _stopped(user)
    if user.has_perm("apply.view_invitation"):
        yield from _invited(user)
    if user.has_perm("apply.view_application"):
        yield from _applied(user)
    if user.has_perm("moves.view_person"):
        yield from _to_call(user)


def _invited(user: Any) -> Iterator[tuple[str, str]]:
    """Invitations that come to nothing unless somebody does something."""
    address = reverse("admin:apply_invitation_changelist")
    theirs = held(Invitation.objects.all(), user, "organisation__code")
    if soon := theirs.filter(running_out())[:MOST].count():
        words = counted(soon, "invitation runs", "invitations run")
        yield f"{words} out within {SOON.days} days", f"{address}?look=soon"
    if gone := theirs.filter(undelivered())[:MOST].count():
        yield f"{counted(gone, 'invitation')} could not be delivered", f"{address}?look=refused"


def _applied(user: Any) -> Iterator[tuple[str, str]]:
    """Applications that nobody decided yet, and how long the oldest waits."""
    waiting = Application.objects.filter(state=Application.State.WAITING).order_by("submitted_at")
    theirs = held(waiting, user, "organisation__code").values_list("submitted_at", flat=True)
    if since := list(theirs[:MOST]):
        days = (timezone.localdate() - timezone.localdate(since[0])).days
        many = counted(len(since), "application waits", "applications wait")
        age = f", the oldest for {counted(days, 'day')}" if days else ""
        yield f"{many} for a decision{age}", reverse("admin:apply_application_changelist")


def _stopped(user: Any) -> Iterator[tuple[str, str]]:
    """Emails that were refused lately, and authenticators on hold."""
    since = timezone.now() - timedelta(days=DAYS)
    failed = Event.objects.filter(name=EventName.MAIL_FAILED, outcome="failed", at__gte=since)
    unsent = held(failed, user, "organisation")[:MOST].count()
    if unsent:
        query = f"?name__exact={EventName.MAIL_FAILED.value}&days={DAYS}"
        words = f"{counted(unsent, 'email')} could not be sent in the last {DAYS} days"
        yield words, reverse("admin:careid_event_changelist") + query
    on_hold = Authenticator.objects.on_hold(timezone.now())
    waiting = held(on_hold, user, "profile__organisation__code")[:MOST].count()
    if waiting:
        words = f"{counted(waiting, 'authenticator')} on hold"
        yield words, reverse("admin:authenticators_authenticator_changelist") + "?hold=yes"


def _to_call(user: Any) -> Iterator[tuple[str, str]]:
    """People whose service changes and who asked for a call."""
    calls = owned.people(user).filter(WANTED)[:MOST].count()
    if calls:
        words = counted(calls, "person wants a call", "people want a call")
        yield f"{words} about a service that changes", reverse("admin:moves_person_changelist") + "?call=wanted"
