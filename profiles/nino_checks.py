"""An RA asks whose a National Insurance number is: counted, answered by its fingerprint, and kept in the trail."""

from django.db.models import QuerySet

from careid.limits import counting, limits
from careid.people.models import Profile
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record


def whose(number: str, *, by: str, among: "QuerySet[Profile]") -> Profile | None:
    """The profile with that number among these, an open one before any that was closed.

    `by` is the admin's key. counting.Locked past the admin's limit.
    """
    counting.hit_or_lock((limits.NINO_CHECKS, by))
    profiles = among.select_related("organisation").filter(nino_fingerprint__in=crypto.fingerprints(number))
    profile = profiles.order_by("-state", "-pk").first()
    outcome = "ok" if profile else "none"
    record(EventName.PROFILE_NINO_CHECKED, outcome=outcome, actor=f"admin:{by}", profile=profile)
    return profile
