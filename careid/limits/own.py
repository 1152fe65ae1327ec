"""What is counted against a person's own details, whoever typed them, so that locks can be shown and lifted."""

from careid.limits.limits import EMAIL_LIMITS, NINO_LIMITS, PAIR_LIMITS, Limit
from careid.storing import crypto


def pair(email: str, nino_fingerprint: str) -> bytes:
    """A pair of details as it is counted. What a profile holds counts as what is typed, so its locks can be lifted."""
    return crypto.macs("pair", email, nino_fingerprint)[-1]


def counts(*, email: str | None, nino_fingerprint: str | None) -> list[tuple[Limit, str]]:
    """Each limit on these details, with what they are counted as; a limit on a detail that is None is left out."""
    found = []
    if email:
        found += [(limit, email.lower()) for limit in EMAIL_LIMITS]
    if nino_fingerprint:
        found += [(limit, nino_fingerprint) for limit in NINO_LIMITS]
    if email and nino_fingerprint:
        found += [(limit, pair(email.lower(), nino_fingerprint).hex()) for limit in PAIR_LIMITS]
    return found
