"""Which profile, if any, an email address and a National Insurance number name."""

import hmac
from dataclasses import dataclass

from django.db.models.functions import Lower

from careid import crypto
from careid.models import Profile


@dataclass(frozen=True)
class Found:
    """`profile` where both name one that may enrol. Else the private `reason`, and whom it is `about`, if anyone.

    Reasons: no_profile, number_differs, no_number, closed, organisation_not_taking_part.
    """

    profile: Profile | None
    reason: str = ""
    about: Profile | None = None


def find(*, email: str, nino: str) -> Found:
    """One query and one comparison, whatever comes out. Both are in the form of `careid.people`."""
    typed = crypto.fingerprints(nino)
    # An open profile before a closed one: an address may come back after a profile was closed.
    row = (
        Profile.objects.select_related("organisation")
        .alias(lower_email=Lower("email"))
        .filter(lower_email=email)
        .order_by("-state", "-pk")
        .first()
    )
    stored = (row and row.nino_fingerprint) or ""
    same = [hmac.compare_digest(stored.encode(), one.encode()) for one in typed]
    if row is None:
        return Found(None, "no_profile")
    if not row.is_open:
        return Found(None, "closed", row)
    if not stored:
        return Found(None, "no_number", row)
    if not any(same):
        return Found(None, "number_differs", row)
    if not row.organisation.takes_part:
        return Found(None, "organisation_not_taking_part", row)
    return Found(row)
