"""Closing a profile, and opening it again."""

from typing import Any, Final

from django.db import transaction

from authenticators import actions
from careid.limits import counting, limits
from careid.people.models import Profile
from careid.trail.names import EventName
from profiles import changes

CLOSED: Final = "profile_closed"  # why its authenticators were revoked


def close(*, profile: Profile, by: str, reason: str, note: str = "") -> bool:
    """Close a profile and revoke all its authenticators. Returns whether it was open."""
    with transaction.atomic():
        fresh = Profile.locked(profile.pk)
        if not fresh.is_open:
            return False
        revoked = actions.revoke_all(profile=fresh, by=by, reason=CLOSED)
        fields = {"state": Profile.State.CLOSED, "closed_reason": reason}
        event = EventName.PROFILE_CLOSED
        changes.write(fresh, event, lambda _: fields, by=by, reason=reason, note=note, revoked=revoked)
    profile.refresh_from_db()
    return True


def reopen(*, profile: Profile, by: str, reason: str, note: str = "") -> bool:
    """Open a closed profile; no authenticator comes back. Returns whether it was closed.

    Refused: `email_taken`, `number_taken`, where an open profile has them meanwhile. counting.Locked past the limits of
    `by`: the answer tells whether they are on file.
    """
    counting.hit_or_lock((limits.EMAIL_CHECKS, by), (limits.NINO_CHECKS, by))

    def fields(fresh: Profile) -> dict[str, Any]:
        return {} if fresh.is_open else {"state": Profile.State.OPEN, "closed_reason": ""}

    return changes.write(profile, EventName.PROFILE_REOPENED, fields, by=by, reason=reason, note=note)
