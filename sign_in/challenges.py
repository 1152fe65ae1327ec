"""The challenges of one browser's visit: signed, for five minutes, and a row only for one that is spent."""

from typing import Final

from careid.storing import challenges
from enrolment import proof
from sign_in.models import Visit

PURPOSE: Final = "sign-in challenge"


def issue(visit: Visit) -> str:
    """A new challenge for this visit, base64url."""
    return challenges.issue(PURPOSE, str(visit.pk))


def is_ours(*, visit: Visit, challenge: str) -> bool:
    """Whether it was made for this visit, no longer than its life ago."""
    return challenges.is_ours(PURPOSE, str(visit.pk), challenge) and challenges.is_alive(challenge)


def spend(*, visit: Visit, challenge: str) -> bool:
    """Take a challenge of this visit: True for the first, and for nobody after. Written at once."""
    return is_ours(visit=visit, challenge=challenge) and proof.spend_challenge(challenge)
