"""The link in every mail about a change: who did not make it presses, and what was changed stops at once.

A token names an authenticator, or a profile that was changed, when its mail was written, and to which address: of two
who are told of one change, neither can spend the other's. A token is signed, so it needs no row before it is used.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from careid.errors import Refused
from careid.storing import crypto

if TYPE_CHECKING:
    from careid.people.models import Profile

LIFE: Final = timedelta(days=10)
_BODY: Final = struct.Struct(">16sQI")  # authenticator or zeroes, profile, seconds since 1970
ADDRESS_BYTES: Final = 8  # what follows, of an HMAC; a mail of the release before has a token without it
MAC_BYTES: Final = 16


@dataclass(frozen=True)
class Told:
    """What a mail told of: one authenticator, or a change of the profile."""

    profile_id: int
    authenticator_id: UUID | None
    at: datetime


def link(profile: "Profile", *, address: str, authenticator_id: UUID | None = None) -> str:
    """What goes into a mail that is written now, to this address."""
    at = int(timezone.now().timestamp())
    body = _BODY.pack((authenticator_id or UUID(int=0)).bytes, profile.pk, at) + _of_address(address)
    token = crypto.base64url(body + _macs(body)[0])
    return f"{settings.ORIGIN}{reverse('not-me', args=[token])}"


def read(token: str) -> Told:
    """What the mail of this token told of. Refused: `unknown` (not one of ours, or damaged), `expired` (after LIFE)."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if crypto.base64url(raw) != token:
        raw = b""  # another spelling of a link would count as another link
    body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    known = len(body) in {_BODY.size, _BODY.size + ADDRESS_BYTES}
    if not known or not any(hmac.compare_digest(mac, one) for one in _macs(body)):
        raise Refused("unknown")
    authenticator, profile_id, seconds = _BODY.unpack_from(body)
    at = datetime.fromtimestamp(seconds, UTC)
    if timezone.now() - at >= LIFE:
        raise Refused("expired")
    return Told(profile_id, UUID(bytes=authenticator) if any(authenticator) else None, at)


def _of_address(address: str) -> bytes:
    return crypto.macs("not me to", address.lower())[0][:ADDRESS_BYTES]


def _macs(body: bytes) -> list[bytes]:
    return [mac[:MAC_BYTES] for mac in crypto.macs("not me", body.hex())]
