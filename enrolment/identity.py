"""Which profile, if any, an email address and a National Insurance number name."""

import hmac
from dataclasses import dataclass

from django.db.models.functions import Lower

from careid.people.models import Profile
from careid.storing import crypto


@dataclass(frozen=True)
class Found:
    """`profile` where address and number name one that may enrol. Else `about`, whose address it is, if anyone's.

    `number` is the fingerprint that the number is counted as: the one on file where that is of the same number.
    The private `reason`: no_profile, number_differs, no_number, closed, organisation_not_taking_part, reported.
    """

    profile: Profile | None
    reason: str = ""
    about: Profile | None = None
    number: str = ""


def find(*, email: str, nino: str) -> Found:
    """Whom these details name: one query and one comparison, whatever comes out.

    Address and number come in the form of `careid.people.typed`.
    """
    typed = crypto.fingerprints(nino)
    by_email = Profile.objects.select_related("organisation").alias(lower_email=Lower("email"))
    # An open profile before a closed one: an address may come back after a profile was closed.
    row = by_email.filter(lower_email=email).order_by("-state", "-pk").first()
    stored = (row and row.nino_fingerprint) or ""
    same = [hmac.compare_digest(stored.encode(), one.encode()) for one in typed]
    if row is None:
        return Found(None, "no_profile", number=typed[0])
    number = stored if any(same) else typed[0]
    against = {
        "closed": not row.is_open,
        "no_number": not stored,
        "number_differs": not any(same),
        "organisation_not_taking_part": not row.organisation.takes_part,
        "reported": row.reported_at is not None,
    }
    reason = next((reason for reason, holds in against.items() if holds), "")
    return Found(None, reason, row, number) if reason else Found(row, number=number)
