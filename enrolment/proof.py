"""The way past the picture that needs no sight: a search that the browser does, in place of letters to read.

The challenge is signed, so that a row is written only for one that is spent. A guess is PBKDF2 (RFC 8018, 5.2):
nearly all of its time is the browser's own fast code, so that a phone is not far behind a script of an attacker's.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from careid.storing import crypto

LIFE: Final = timedelta(minutes=5)  # as a picture's
ROUNDS: Final = 1_000  # a guess: too few to keep the server busy, which checks one
PURPOSE: Final = "proof of work"
ID_BYTES: Final = 20  # an attempt keeps the id where it keeps a picture's key
SOLVED: Final = re.compile(r"(([0-9a-f]{40})\.([0-9]{10})\.[0-9]{1,9}\.([0-9a-f]{64}))\.([0-9a-f]{64})\.([0-9]{1,9})")


def challenge(browser: str) -> dict[str, Any]:
    """What a browser is to solve: which of the numbers below `most` makes the target.

    The browser sends `signed.number` back. `browser` is its own secret: no other browser can use what this one finds.
    """
    salt, most = secrets.token_hex(ID_BYTES), settings.PROOF_GUESSES
    target = _guess(salt, secrets.randbelow(most))
    stated = f"{salt}.{int((timezone.now() + LIFE).timestamp())}.{most}.{target}"
    signed = f"{stated}.{crypto.macs(PURPOSE, stated, browser)[0].hex()}"
    return {"signed": signed, "salt": salt, "target": target, "most": most, "rounds": ROUNDS}


@dataclass(frozen=True)
class Solved:
    """A challenge of ours that a browser has solved, spent or not."""

    id: str
    expires_at: datetime


def solved(text: str, browser: str) -> Solved | None:
    """The challenge that this browser has solved in time, None where there is none."""
    found = SOLVED.fullmatch(text)
    if not found:
        return None
    stated, salt, expires, target, signature, number = found.groups()
    ours = [hmac.compare_digest(mac.hex(), signature) for mac in crypto.macs(PURPOSE, stated, browser)]
    proved = Solved(salt, datetime.fromtimestamp(int(expires), UTC))
    if not any(ours) or proved.expires_at <= timezone.now():
        return None
    return proved if hmac.compare_digest(_guess(salt, int(number)), target) else None


def spend(proved: Solved) -> bool:
    """Use a solved challenge. One statement, which only the first of any number at once is told True."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO enrolment_spentproof (id, expires_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [proved.id, proved.expires_at],
        )
        return bool(cursor.rowcount)


def spend_challenge(challenge: str) -> bool:
    """Use a challenge of `careid.storing.challenges`, likewise: its row is named by all but a few bits of its MAC."""
    return spend(Solved(challenge[: 2 * ID_BYTES], timezone.now() + LIFE))


def _guess(salt: str, number: int) -> str:
    return hashlib.pbkdf2_hmac("sha256", salt.encode(), str(number).encode(), ROUNDS).hex()
