"""The response that a browser posts when a passkey is used (W3C Web Authentication, level 3, 7.2): read, and checked.

Here stands what py_webauthn leaves to its caller, or checks without a name. Pure functions; all raise Rejected.
"""

from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cbor2
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from authenticators.passkey import keys, response
from authenticators.passkey.response import ATTESTED, BACKED_UP, BACKUP_ELIGIBLE, EXTENDED, HEAD, Rejected
from authenticators.passkey.words import Why


@dataclass(frozen=True)
class Assertion:
    """The parts of a posted response, each of the right type and encoding."""

    id: str  # base64url
    client_data: bytes  # JSON
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes  # empty where the authenticator tells none


@dataclass(frozen=True)
class Asserted:
    """What a verified use of a passkey told."""

    credential_id: str  # base64url
    sign_count: int
    backup_eligible: bool
    backed_up: bool


def read(credential: str) -> Assertion:
    """The response in this JSON."""
    whole = response.envelope(credential)
    try:
        inner = whole["response"]
        handle = inner.get("userHandle")
        return Assertion(
            id=whole["id"],
            client_data=response.strict_bytes(inner["clientDataJSON"]),
            authenticator_data=response.strict_bytes(inner["authenticatorData"]),
            signature=response.strict_bytes(inner["signature"]),
            user_handle=b"" if handle in {None, ""} else response.strict_bytes(handle),
        )
    except response.MALFORMED as error:
        raise Rejected(Why.MALFORMED) from error


def challenge(credential: str) -> str:
    """The challenge that this JSON says it answers, for it to be spent before anything is judged."""
    return response.challenge(read(credential).client_data)


def check_whose(came: Assertion, user_handle: bytes, named: Collection[str]) -> None:
    """Accept a passkey of the person with this handle (7.2, 5 and 6).

    Where the request named passkeys it must be one of them, and may leave the handle out: a security key that holds no
    account does.
    """
    if named and came.id not in named:
        raise Rejected(Why.CREDENTIAL_ID)
    if not (came.user_handle == user_handle if came.user_handle else named):
        raise Rejected(Why.USER_HANDLE)


def check_authenticator_data(came: Assertion, rp_id: str) -> Asserted:
    """What authenticator data (6.1) of exactly its length tells: for this RP ID, by a person there and verified."""
    data = came.authenticator_data
    if len(data) < HEAD:
        raise Rejected(Why.MALFORMED)
    flags = response.check_head(data, rp_id)
    try:
        ends = _ends(BytesIO(data[HEAD:]), flags, base64url_to_bytes(came.id))
    except Exception as error:  # cbor2 raises errors that are not its own too
        raise Rejected(Why.MALFORMED) from error
    if not ends:
        raise Rejected(Why.MALFORMED)
    return Asserted(
        credential_id=came.id,
        sign_count=int.from_bytes(data[HEAD - 4 : HEAD], "big"),
        backup_eligible=bool(flags & BACKUP_ELIGIBLE),
        backed_up=bool(flags & BACKED_UP),
    )


def _ends(rest: BytesIO, flags: int, credential_id: bytes) -> bool:
    """Whether what follows the head is what the flags promise: this credential's key, extensions, and no more."""
    if flags & ATTESTED:
        rest.seek(16)  # the AAGUID
        if rest.read(int.from_bytes(rest.read(2), "big")) != credential_id or not _is_map(rest):
            return False
    return (not flags & EXTENDED or _is_map(rest)) and not rest.read(1)


def _is_map(rest: BytesIO) -> bool:
    found: Any = cbor2.load(rest, allow_duplicate_keys=False)
    return isinstance(found, dict)


def check_signature(came: Assertion, challenge: str, rp_id: str, origins: list[str], public_key: str) -> None:
    """Accept what this key signed, one of those that we offer; the library looks at all the rest once more.

    It is told of no count: it would say of one that went back what it says of a forged signature.
    """
    parts = {"clientDataJSON": came.client_data, "authenticatorData": came.authenticator_data}
    parts["signature"] = came.signature
    inner = {name: bytes_to_base64url(value) for name, value in parts.items()}
    try:
        key = base64url_to_bytes(public_key)
        keys.check(key)
        webauthn.verify_authentication_response(
            credential={"id": came.id, "rawId": came.id, "type": "public-key", "response": inner},
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=rp_id,
            expected_origin=origins,
            credential_public_key=key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except keys.BadKey as error:
        raise Rejected(Why.KEY) from error
    except Exception as error:  # bad input makes the library raise errors that are not its own
        raise Rejected(Why.SIGNATURE) from error
