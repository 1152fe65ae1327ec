"""Time-based one-time passwords (RFC 6238): 20 random bytes, SHA-1, 6 digits, 30 seconds. Pure functions.

The figures are fixed: Microsoft Authenticator ignores any others that the address names.
"""

import base64
import hmac
from collections.abc import Iterable
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
    return next((step for step in nearby(key, code, at) if is_accepted(step, at)), None)


def minutes_out(key: str, code: str, at: datetime) -> int | None:
    """How many minutes fast (negative: slow) a clock must be to show this wrong code; None where no clock shows it.

    At least one minute, since less is within the drift that is accepted.
    """
    found = next((step for step in nearby(key, code, at) if not is_accepted(step, at)), None)
    return None if found is None else minutes_away(found, at)


def step_at(at: datetime) -> int:
    """The time step of this moment (RFC 6238, 4.2)."""
    return int(at.timestamp()) // STEP


def is_accepted(step: int, at: datetime) -> bool:
    """Whether a code of this step is taken at that time: one step either way."""
    return abs(step - step_at(at)) <= DRIFT


def minutes_away(step: int, at: datetime) -> int:
    """How many minutes fast (negative: slow) a clock is that shows this step now: one at least, since less is drift."""
    away = step - step_at(at)
    minutes = max(1, round(abs(away) * STEP / 60))
    return minutes if away > 0 else -minutes


def nearby(key: str, code: str, at: datetime) -> list[int]:
    """Every time step within ten either way of `at` whose code this is, the nearest first; all of them are compared."""
    now = step_at(at)
    steps = [now, *(now + away * side for away in range(1, LOOK + 1) for side in (-1, 1))]
    typed = code.encode()
    pairs = zip(steps, _codes(key, map(abs, steps)), strict=True)  # abs: no step is before 1970
    return [step for step, shown in pairs if hmac.compare_digest(shown, typed)]


def _codes(key: str, steps: Iterable[int]) -> list[bytes]:
    """The code of each step (RFC 4226, 5.3): the key is read once, which is a third of the library's time."""
    secret = base64.b32decode(key)
    macs = (hmac.digest(secret, step.to_bytes(8, "big"), "sha1") for step in steps)
    cut = (int.from_bytes(mac[mac[-1] & 15 :][:4], "big") & 0x7FFFFFFF for mac in macs)
    return [b"%06d" % (number % 10**6) for number in cut]
