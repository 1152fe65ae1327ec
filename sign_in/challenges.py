"""Challenges that need no row until they are spent: signed, of one browser's visit, for five minutes.

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
from enrolment import proof
from enrolment.proof import Solved
from sign_in.models import Visit

LIFE: Final = timedelta(minutes=5)
_BODY: Final = struct.Struct(">I12s")  # seconds since 1970, random
_MAC_BYTES: Final = 16
_ID_LETTERS: Final = 40  # of a spent one's row: all but a few bits of the MAC


def issue(visit: Visit) -> str:
    """A new challenge for this visit, base64url."""
    body = _BODY.pack(int(timezone.now().timestamp()), secrets.token_bytes(12))
    return _written(body + _macs(visit, body)[0])


def is_ours(*, visit: Visit, challenge: str) -> bool:
    """Whether it was made for this visit, no longer than its life ago."""
    try:
        raw = base64.urlsafe_b64decode(challenge + "=")
    except ValueError:
        return False
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    if _written(raw) != challenge or not any(hmac.compare_digest(mac, one) for one in _macs(visit, body)):
        return False
    made = datetime.fromtimestamp(_BODY.unpack(body)[0], UTC)
    return timedelta(seconds=-1) <= timezone.now() - made < LIFE


def spend(*, visit: Visit, challenge: str) -> bool:
    """Take a challenge of this visit: True for the first, and for nobody after. Written at once."""
    if not is_ours(visit=visit, challenge=challenge):
        return False
    return proof.spend(Solved(challenge[:_ID_LETTERS], timezone.now() + LIFE))


def _macs(visit: Visit, body: bytes) -> list[bytes]:
    return [mac[:_MAC_BYTES] for mac in crypto.macs("sign-in challenge", str(visit.pk), body.hex())]


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
