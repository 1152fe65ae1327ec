"""Time-based one-time passwords (RFC 6238): 20 random bytes, SHA-1, 6 digits, 30 seconds. Pure functions.

The figures are fixed: Microsoft Authenticator ignores any others that the address names.
"""

import hmac
from datetime import datetime
from typing import Final

import pyotp

STEP: Final = 30  # seconds
DRIFT: Final = 1  # steps either way that are accepted
LOOK: Final = 10  # steps either way that are searched to tell how far a clock is out
KEY_LETTERS: Final = 32  # base32 of 160 bits (RFC 4226, 4)


def new_key() -> str:
    """160 random bits as base32 (RFC 4226, 4; RFC 4648, 6)."""
    return pyotp.random_base32(KEY_LETTERS)


def uri(key: str, *, account: str, issuer: str) -> str:
    """The `otpauth:` address that an app reads from the QR code."""
    return pyotp.TOTP(key).provisioning_uri(name=account, issuer_name=issuer)


def groups(key: str) -> str:
    """The key in groups of four, to type."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def accepted_step(key: str, code: str, at: datetime) -> int | None:
    """The time step whose code this is, within one either way of `at` (RFC 6238, 5.2); None where no step has it."""
    now = int(at.timestamp()) // STEP
    return _search(key, code, [now, *(now + away * side for away in range(1, DRIFT + 1) for side in (-1, 1))])


def minutes_out(key: str, code: str, at: datetime) -> int | None:
    """How many minutes fast (negative: slow) a clock must be to show this wrong code; None where no clock shows it.

    At least one minute, since less is within the drift that is accepted.
    """
    now = int(at.timestamp()) // STEP
    beyond = [now + away * side for away in range(DRIFT + 1, LOOK + 1) for side in (-1, 1)]
    found = _search(key, code, beyond)
    if found is None:
        return None
    minutes = max(1, round(abs(found - now) * STEP / 60))
    return minutes if found > now else -minutes


def _search(key: str, code: str, steps: list[int]) -> int | None:
    totp = pyotp.TOTP(key)
    same = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())]
    return same[0] if same else None
