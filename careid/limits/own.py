"""What is counted against a person's own details, whoever typed them, so that locks can be shown and lifted.

A number is counted as the fingerprint that its profile holds, under whichever key: so the desk can look it up.
"""

from dataclasses import dataclass

from careid.limits import carrying
from careid.limits.limits import EMAIL_LIMITS, NINO_LIMITS, PAIR_LIMITS, Limit
from careid.storing import crypto


@dataclass(frozen=True)
class Held:
    """A limit on one person, what is counted against it, and what the desk says of it once it is over."""

    limit: Limit
    subject: str
    words: str


def pair(email: str, nino_fingerprint: str) -> bytes:
    """A pair of details as it is counted. What a profile holds counts as what is typed, so its locks can be lifted."""
    return pairs(email, nino_fingerprint)[0]


def pairs(email: str, nino_fingerprint: str) -> list[bytes]:
    """The pair under each of CAREID_KEYS, the newest first."""
    return crypto.macs("pair", email, nino_fingerprint)


def counts(*, email: str | None, nino_fingerprint: str | None) -> list[tuple[Limit, str]]:
    """Each limit on these details, with what they are counted as; a limit on a detail that is None is left out."""
    found = []
    if email:
        found += [(limit, email.lower()) for limit in EMAIL_LIMITS]
    if nino_fingerprint:
        found += [(limit, nino_fingerprint) for limit in NINO_LIMITS]
    if email and nino_fingerprint:
        forms = pairs(email.lower(), nino_fingerprint)
        found += [(limit, form.hex()) for form in forms for limit in PAIR_LIMITS]
    return found


def carry_over(*, email: str, fingerprints: list[str], now: str) -> None:
    """Move what these details were counted as before, under other keys, to what they are counted as `now`."""
    carrying.to_subject(NINO_LIMITS, fingerprints, now)
    befores = [form.hex() for one in fingerprints for form in pairs(email, one)]
    carrying.to_subject(PAIR_LIMITS, befores, pair(email, now).hex())
