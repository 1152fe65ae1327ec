"""The response that a browser posts with a new passkey (W3C Web Authentication, level 3, 7.1): read, and checked.

Here stands what py_webauthn leaves to its caller, or checks without a name, and what using one (`asserted`) shares with
that. Pure functions. What is not accepted raises Rejected; `strict_bytes` ValueError, `credential_id` nothing.
"""

import json
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

import cbor2
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import AuthenticatorAttachment, AuthenticatorTransport

from authenticators.passkey.words import Why

CREDENTIAL_ID_BYTES: Final = range(16, 1024)
CREDENTIAL_MOST: Final = 65_536  # characters of JSON
TRANSPORTS: Final = {transport.value for transport in AuthenticatorTransport}
ATTACHMENTS: Final = {attachment.value for attachment in AuthenticatorAttachment}
USER_PRESENT, USER_VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED, EXTENDED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80
HEAD: Final = 37  # bytes of authenticator data before the credential: RP ID hash, flags, sign count
# What reading other people's JSON raises.
MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")


class Rejected(Exception):
    """The response is not one to accept."""

    def __init__(self, reason: Why) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Response:
    """The parts of a posted response, each of the right type and encoding."""

    id: str  # base64url
    client_data: bytes  # JSON
    attestation: bytes  # CBOR
    transports: list[str]
    attachment: str  # empty where the browser tells none


def read(credential: str) -> Response:
    """The response in this JSON."""
    whole = envelope(credential)
    try:
        inner, attachment = whole["response"], whole.get("authenticatorAttachment")
        transports = inner.get("transports") or []
        client_data, attestation = strict_bytes(inner["clientDataJSON"]), strict_bytes(inner["attestationObject"])
        if not isinstance(transports, list) or not isinstance(attachment, str | None):
            raise Rejected(Why.MALFORMED)
    except MALFORMED as error:
        raise Rejected(Why.MALFORMED) from error
    return Response(
        id=whole["id"],
        client_data=client_data,
        attestation=attestation,
        transports=sorted({way for way in transports if isinstance(way, str)} & TRANSPORTS),
        attachment=attachment if attachment in ATTACHMENTS else "",
    )


def envelope(credential: str) -> dict[str, Any]:
    """What holds any response (5.1): a public key credential whose `id` is of the right encoding and length."""
    if len(credential) > CREDENTIAL_MOST:
        raise Rejected(Why.MALFORMED)
    try:
        whole: dict[str, Any] = json.loads(credential)
        if whole["type"] != "public-key" or whole["id"] != whole["rawId"]:
            raise Rejected(Why.MALFORMED)
        length = len(strict_bytes(whole["id"]))
    except MALFORMED as error:
        raise Rejected(Why.MALFORMED) from error
    if length not in CREDENTIAL_ID_BYTES:
        raise Rejected(Why.CREDENTIAL_ID)
    return whole


def credential_id(credential: str) -> str:
    """The id in a posted response, empty where none can be read: for the browser to forget that credential."""
    if len(credential) > CREDENTIAL_MOST:
        return ""
    try:
        found = json.loads(credential)["id"]
        return str(found) if len(strict_bytes(found)) in CREDENTIAL_ID_BYTES else ""
    except MALFORMED:
        return ""


def strict_bytes(text: str) -> bytes:
    """Base64url without padding, and nothing else (RFC 4648, 5)."""
    if not _BASE64URL.fullmatch(text) or bytes_to_base64url(base64url_to_bytes(text)) != text:
        raise ValueError("not base64url")
    return base64url_to_bytes(text)


def challenge(client_data: bytes) -> str:
    """The challenge that client data say they answer, for it to be spent before anything is judged."""
    try:
        found: str = json.loads(client_data.decode())["challenge"]
        strict_bytes(found)
    except MALFORMED as error:
        raise Rejected(Why.MALFORMED) from error
    return found


def check_client_data(data: bytes, kind: str, challenge: str, origins: list[str]) -> None:
    """Accept client data (5.8.1) of this kind, `webauthn.create` or `webauthn.get`.

    Of this challenge, at one of these origins, in no other's frame.
    """
    try:
        client = json.loads(data.decode())
        found = (client["type"], client["challenge"], client["origin"])
    except MALFORMED as error:
        raise Rejected(Why.MALFORMED) from error
    if found[0] != kind:
        raise Rejected(Why.TYPE)
    if not isinstance(found[1], str) or not found[1].isascii() or not secrets.compare_digest(found[1], challenge):
        raise Rejected(Why.CHALLENGE)
    if found[2] not in origins:
        raise Rejected(Why.ORIGIN)
    if client.get("crossOrigin", False) is not False or "topOrigin" in client:
        raise Rejected(Why.CROSS_ORIGIN)


def check_authenticator_data(attestation: bytes, rp_id: str) -> tuple[int, bytes]:
    """The flags and the COSE key of authenticator data (6.1): for this RP ID, by a person there and verified."""
    found = _attestation_object(attestation)
    data = found["authData"]
    if not _is_none_or_self(found["fmt"], found["attStmt"]):
        raise Rejected(Why.ATTESTATION)
    if not isinstance(data, bytes) or len(data) < HEAD + 18:
        raise Rejected(Why.MALFORMED)
    flags = check_head(data, rp_id)
    if not flags & ATTESTED:
        raise Rejected(Why.MALFORMED)
    start = HEAD + 18 + int.from_bytes(data[HEAD + 16 : HEAD + 18], "big")
    return flags, data[start:]


def check_head(data: bytes, rp_id: str) -> int:
    """The flags of authenticator data, at least `HEAD` bytes: for this RP ID, by a person there and verified."""
    flags = data[32]
    if data[:32] != sha256(rp_id.encode()).digest():
        raise Rejected(Why.RP_ID)
    if not flags & USER_PRESENT:
        raise Rejected(Why.USER_PRESENCE)
    if not flags & USER_VERIFIED:
        raise Rejected(Why.USER_VERIFICATION)
    if flags & BACKED_UP and not flags & BACKUP_ELIGIBLE:
        raise Rejected(Why.BACKUP_FLAGS)
    return flags


def _is_none_or_self(fmt: Any, statement: Any) -> bool:
    """Whether it is one of the two that come where none was asked for: none at all (8.7), or by its own key (8.2)."""
    if not isinstance(statement, dict):
        return False
    return statement.keys() == {"none": set(), "packed": {"alg", "sig"}}.get(fmt if isinstance(fmt, str) else "")


def _attestation_object(data: bytes) -> dict[str, Any]:
    """The attestation object, with nothing behind it and no key twice."""
    stream = BytesIO(data)
    try:
        found = cbor2.load(stream, allow_duplicate_keys=False)
    except Exception as error:
        raise Rejected(Why.MALFORMED) from error
    if stream.read(1) or not isinstance(found, dict) or found.keys() != {"fmt", "attStmt", "authData"}:
        raise Rejected(Why.MALFORMED)
    return found
