"""Challenges that need no row until they are spent: signed, of one purpose and one browser, for five minutes.

A challenge is 32 bytes (W3C Web Authentication, level 3, 13.4.3): when it was made, what makes it differ, and a MAC.
"""

import base64
import hmac
import secrets
import struct
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone

from careid.storing import crypto

LIFE: Final = timedelta(minutes=5)
_BODY: Final = struct.Struct(">I12s")  # seconds since 1970, random
_MAC_BYTES: Final = 16


def issue(purpose: str, whose: str) -> str:
    """A new challenge for whose it is, base64url."""
    body = _BODY.pack(int(timezone.now().timestamp()), secrets.token_bytes(12))
    return crypto.base64url(body + _macs(purpose, whose, body)[0])


def is_ours(purpose: str, whose: str, challenge: str) -> bool:
    """Whether it was made for this purpose and this one, whenever that was."""
    try:
        raw = base64.urlsafe_b64decode(challenge + "=")
    except ValueError:
        return False
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    return crypto.base64url(raw) == challenge and any(
        hmac.compare_digest(mac, one) for one in _macs(purpose, whose, body)
    )


def is_alive(challenge: str) -> bool:
    """Whether one of ours was made no longer than its life ago."""
    made, _ = _BODY.unpack(base64.urlsafe_b64decode(challenge + "=")[: _BODY.size])
    return timedelta(seconds=-1) <= timezone.now() - datetime.fromtimestamp(made, UTC) < LIFE


def _macs(purpose: str, whose: str, body: bytes) -> list[bytes]:
    return [mac[:_MAC_BYTES] for mac in crypto.macs(purpose, whose, body.hex())]
