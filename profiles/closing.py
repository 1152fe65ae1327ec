"""Closing a profile, and opening it again."""

from typing import Any, Final

from django.db import transaction

from authenticators import actions
from authenticators.models import Authenticator
from careid.limits import counting, limits
from careid.people.models import Profile
from careid.trail import duties
from careid.trail.models import Event
from careid.trail.names import EventName
from profiles import changes

MISUSE: Final = "suspected_misuse"  # why somebody closed it who saw something


def close(*, profile: Profile, by: str, reason: str, note: str = "") -> bool:
    """Close a profile and revoke all its authenticators. Returns whether it was open."""
    with transaction.atomic():
        fresh = Profile.locked(profile.pk)
        if not fresh.is_open:
            return False
        revoked = actions.revoke_all(profile=fresh, by=by, reason=Authenticator.CLOSED)
        fields = {"state": Profile.State.CLOSED, "closed_reason": reason}
        event = EventName.PROFILE_CLOSED
        changes.write(fresh, event, lambda _: fields, by=by, reason=reason, note=note, revoked=revoked)
    profile.refresh_from_db()
    return True


def reopen(*, profile: Profile, by: str, reason: str, note: str = "") -> bool:
    """Open a closed profile; no authenticator comes back. Returns whether it was closed.

    Refused: `email_taken`, `number_taken`, where an open profile has them meanwhile; `own_change`, as `apart` says.
    counting.Locked past the limits of `by`: the answer tells whether they are on file.
    """
    counting.hit_or_lock((limits.EMAIL_CHECKS, by), (limits.NINO_CHECKS, by))

    def fields(fresh: Profile) -> dict[str, Any]:
        if fresh.is_open:
            return {}
        apart(fresh, by=by)
        return {"state": Profile.State.OPEN, "closed_reason": ""}

    return changes.write(profile, EventName.PROFILE_REOPENED, fields, by=by, reason=reason, note=note)


def apart(profile: Profile, *, by: str) -> None:
    """Refused `own_change`, where `by` led to what was reported, or to what somebody closed the profile for."""
    duties.apart_from_what_was_reported(profile, by=by)
    if profile.closed_reason != MISUSE:
        return
    closed = Event.objects.filter(profile_id=profile.pk, name=EventName.PROFILE_CLOSED, outcome="ok")
    for at in closed.order_by("-sequence").values_list("at", flat=True)[:1]:
        duties.apart(profile.pk, by=by, names=duties.HELPED, since=at - duties.BEFORE, until=at)
