"""What is counted against a person's own details, whoever typed them: so that it can be shown and lifted."""

from careid.limits.limits import EMAIL_LIMITS, NINO_LIMITS, PAIR_LIMITS, Limit
from careid.storing import crypto


def pair(email: str, nino_fingerprint: str) -> bytes:
    """A typed pair as it is counted: of what a profile holds too, so that its locks can be lifted."""
    return crypto.macs("pair", email, nino_fingerprint)[-1]


def counts(*, email: str | None, nino_fingerprint: str | None) -> list[tuple[Limit, str]]:
    """Each limit with the subject that these details are under it."""
    found = []
    if email:
        found += [(limit, email.lower()) for limit in EMAIL_LIMITS]
    if nino_fingerprint:
        found += [(limit, nino_fingerprint) for limit in NINO_LIMITS]
    if email and nino_fingerprint:
        found += [(limit, pair(email.lower(), nino_fingerprint).hex()) for limit in PAIR_LIMITS]
    return found
