"""The secrets that open things: an attempt's cookie, and a link.

An attempt's token is made from a key and never kept, and it changes when the code is accepted. Each of several presses
gets the same one: whichever answer a browser takes, its cookie works.
"""

import secrets
from datetime import timedelta
from typing import Final

from careid.storing import crypto
from enrolment.models import Attempt

TOKEN_BYTES: Final = 32
A_MOMENT: Final = timedelta(seconds=10)  # within which a second press is the same press
BEGUN, VERIFIED = "begun", "verified"  # the stages of an attempt that have a token each


def new() -> tuple[str, bytes]:
    """A random 256-bit token for a link, and what its row keeps of it."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return token, crypto.token_hash(token)


def give(attempt: Attempt, stage: str) -> str:
    """The token of this stage, for the cookie."""
    return _under_each_key(attempt, stage)[0]


def given(attempt: Attempt, stage: str) -> str | None:
    """The token that was given at this stage, None where the attempt has gone on since."""
    kept = bytes(attempt.token_hash)
    return next((one for one in _under_each_key(attempt, stage) if crypto.token_hash(one) == kept), None)


def _under_each_key(attempt: Attempt, stage: str) -> list[str]:
    return crypto.tokens("attempt token", str(attempt.pk), stage)
