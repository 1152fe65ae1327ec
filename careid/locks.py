"""What limits hold back on one person's own details, and lifting it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from careid import audit, limits, mail, not_me
from careid.audit import EventName
from careid.limits import Limit
from careid.models import Profile


@dataclass(frozen=True)
class Lock:
    """A limit that a person's own details are over. `until` is None where only this desk ends it."""

    limit: Limit
    until: datetime | None


def standing(profile: Profile) -> list[Lock]:
    """What is locked now, those that do not show themselves included. One statement."""
    rows = limits.over(email=profile.email, nino_fingerprint=profile.nino_fingerprint)
    return [Lock(limit, None if limit.window == limits.FOR_EVER else until) for limit, until in rows]


@transaction.atomic
def lift(*, profile: Profile, by: str, reason: str, note: str = "") -> int:
    """Forget what is counted against a person's own details. Returns how many counts there were.

    The person is told where something was locked; where nothing was counted nothing is told to anybody.
    """
    profile = Profile.locked(profile.pk)  # of two at once, the second finds nothing
    locked = bool(standing(profile))
    counts = limits.unlock(email=profile.email, nino_fingerprint=profile.nino_fingerprint)
    if not counts:
        return 0
    details = {"counts": counts} | ({"note": note} if note else {})
    audit.record(EventName.LIMIT_LIFTED, actor=by, profile=profile, reason=reason, details=details)
    if locked:
        mail.to_everyone("unlocked", profile=profile, context={"profile": profile, "not_me": not_me.link(profile)})
    return counts
