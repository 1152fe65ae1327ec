"""The email address on a profile: another in its place, for one person and by sets."""

from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from careid.limits import counting, limits
from careid.people import replaced
from careid.people.models import Profile
from careid.people.replaced import Replaced
from careid.trail.names import EventName
from profiles import changes


def change_email(*, profile: Profile, email: str, by: str, reason: str, note: str = "") -> bool:
    """Put another address on a profile, in the form of `careid.people.typed`. Returns whether it was another.

    Open attempts end; the new address is told, and each that was replaced within 30 days; what is added in the next
    seven days is on hold. Refused: `email_taken`, where another open profile has it; `own_change`, as `changes.judge`
    says. counting.Locked past the limit of `by`.
    """
    counting.hit_or_lock((limits.EMAIL_CHECKS, by))

    def fields(fresh: Profile) -> dict[str, Any]:
        before, now = fresh.email, timezone.now()
        if (before or "").lower() == email:
            return {}
        at = replaced.when(fresh, email=email)
        changes.judge(fresh, EventName.PROFILE_EMAIL_CHANGED, by=by, replaced_at=at)
        _keep(fresh, now)
        return {"email": email, "previous_email": before, "email_changed_at": now}

    return changes.write(profile, EventName.PROFILE_EMAIL_CHANGED, fields, by=by, reason=reason, note=note)


def _keep(fresh: Profile, now: datetime) -> None:
    """Note the address that goes, and the one before where the release before noted it in its column alone."""
    rows = [Replaced(profile=fresh, email=fresh.email, replaced_at=now)] if fresh.email else []
    before, at = fresh.previous_email, fresh.email_changed_at
    if before and at and not Replaced.objects.filter(profile=fresh, email__isnull=False, replaced_at=at).exists():
        rows.append(Replaced(profile=fresh, email=before, replaced_at=at))
    Replaced.objects.bulk_create(rows)


# The same by sets, in an import's own terms: `p` is the profile, `person` the row of the file.
KEPT: Final = """
    SELECT p.id, p.email, NULL, %(now)s FROM import_person person JOIN careid_profile p ON p.id = person.profile_id
    WHERE moves_email AND p.email IS NOT NULL
    UNION ALL
    SELECT p.id, p.previous_email, NULL, p.email_changed_at
    FROM import_person person JOIN careid_profile p ON p.id = person.profile_id
    WHERE moves_email AND p.previous_email IS NOT NULL AND p.email_changed_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM careid_replaced r
        WHERE r.profile_id = p.id AND r.email IS NOT NULL AND r.replaced_at = p.email_changed_at
    )"""
BY_SETS: Final = """
    email = CASE WHEN moves_email THEN person.email ELSE p.email END,
    previous_email = CASE WHEN moves_email THEN old_email ELSE previous_email END,
    email_changed_at = CASE WHEN moves_email THEN %(now)s ELSE email_changed_at END"""
# Put down first what another row of the file will take.
VACATED: Final = "email = CASE WHEN moves_email THEN NULL ELSE p.email END"
