"""A session's token, and a browser's word: made from a key, the visit and the proof, and never kept.

Each of two presses gets the same. Who has the visit's cookie and not what was pressed gets nothing: somebody may have
copied it on a shared computer before.
"""

from django.utils import timezone

from careid.storing import crypto
from enrolment.tokens import A_MOMENT
from sign_in.models import Visit


def of(visit: Visit) -> list[str]:
    """The token of the session that this request of a visit opens, under each key, the newest first."""
    return _made("session token", visit)


def word(visit: Visit) -> str:
    """The word by which a browser that keeps none is known again once this request of a visit lets somebody in."""
    return _made("known browser", visit)[0]


def _made(purpose: str, visit: Visit) -> list[str]:
    return crypto.tokens(purpose, str(visit.pk), visit.token, visit.pressed)


def given(visit: Visit) -> str:
    """The token that this very press was given a moment ago, for the second of two; empty where there is none."""
    if visit.sign_in is None or visit.ended_at is None or timezone.now() - visit.ended_at > A_MOMENT:
        return ""
    kept = bytes(visit.sign_in.session.token_hash)
    return next((one for one in of(visit) if crypto.token_hash(one) == kept), "")
