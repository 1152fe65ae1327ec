"""The email address on a profile: another in its place, for one person and by sets."""

from typing import Any, Final

from django.utils import timezone

from careid.limits import counting, limits
from careid.people.models import Profile
from careid.trail.names import EventName
from profiles import changes


def change_email(*, profile: Profile, email: str, by: str, reason: str, note: str = "") -> bool:
    """Put another address on a profile, in the form of `careid.people.typed`. Returns whether it was another.

    Open attempts end; both addresses are told; what is added in the next seven days is on hold. Refused: `email_taken`,
    where another open profile has it. counting.Locked past the limit of `by`.
    """
    counting.hit_or_lock((limits.EMAIL_CHECKS, by))

    def fields(fresh: Profile) -> dict[str, Any]:
        before = fresh.email
        if (before or "").lower() == email:
            return {}
        return {"email": email, "previous_email": before, "email_changed_at": timezone.now()}

    return changes.write(profile, EventName.PROFILE_EMAIL_CHANGED, fields, by=by, reason=reason, note=note)


# The same by sets, in an import's own terms: `p` is the profile, `person` the row of the file.
BY_SETS: Final = """
    email = CASE WHEN moves_email THEN person.email ELSE p.email END,
    previous_email = CASE WHEN moves_email THEN old_email ELSE previous_email END,
    email_changed_at = CASE WHEN moves_email THEN %(now)s ELSE email_changed_at END"""
# Put down first what another row of the file will take.
VACATED: Final = "email = CASE WHEN moves_email THEN NULL ELSE p.email END"
