"""Registering a passkey (W3C Web Authentication, level 3, 7.1): options out, what was proved in. Pure functions."""

import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

import cbor2
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorAttachment,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialHint,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from authenticators.passkey import keys
from authenticators.passkey.words import Why

CHALLENGE_BYTES: Final = 32
TIMEOUT: Final = 300_000  # milliseconds: as long as the challenge lives
ALGORITHMS: Final = [COSEAlgorithmIdentifier(number) for number in keys.ALGORITHMS]
CREDENTIAL_ID_BYTES: Final = range(16, 1024)
CREDENTIAL_MOST: Final = 65_536  # characters of JSON
TRANSPORTS: Final = {transport.value for transport in AuthenticatorTransport}
USER_PRESENT, USER_VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
HEAD: Final = 37  # bytes of authenticator data before the credential: RP ID hash, flags, sign count
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")

_PLATFORM, _CROSS = AuthenticatorAttachment.PLATFORM, AuthenticatorAttachment.CROSS_PLATFORM
# Where the person wants to keep it, and how the browser's dialog is told.
PLACES: Final[dict[str, tuple[AuthenticatorAttachment | None, list[PublicKeyCredentialHint]]]] = {
    "this_device": (_PLATFORM, [PublicKeyCredentialHint.CLIENT_DEVICE]),
    "phone": (_CROSS, [PublicKeyCredentialHint.HYBRID]),
    "security_key": (_CROSS, [PublicKeyCredentialHint.SECURITY_KEY]),
    "any": (None, []),
}


class Rejected(Exception):
    """The response is not one to accept."""

    def __init__(self, reason: Why) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Registered:
    """What a verified registration told. Bytes that are kept are base64url."""

    credential_id: str
    public_key: str
    sign_count: int
    aaguid: str
    transports: list[str]
    attachment: str
    algorithm: int
    backup_eligible: bool
    backed_up: bool

    def shown(self) -> dict[str, Any]:
        """What staff may see of it."""
        hidden = {"credential_id", "public_key", "sign_count"}
        return {name: value for name, value in asdict(self).items() if name not in hidden}


def new_challenge() -> str:
    """32 random bytes, base64url."""
    return bytes_to_base64url(secrets.token_bytes(CHALLENGE_BYTES))


def options(
    *, rp_id: str, user_handle: bytes, account: str, challenge: str, place: str, known: Iterable[tuple[str, list[str]]]
) -> str:
    """The creation options as JSON. `known` are the profile's passkeys: credential id and transports."""
    attachment, hints = PLACES[place]
    return options_to_json(
        webauthn.generate_registration_options(
            rp_id=rp_id,
            rp_name="Care Identity",
            user_id=user_handle,
            user_name=account,
            user_display_name=account,
            challenge=base64url_to_bytes(challenge),
            timeout=TIMEOUT,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                authenticator_attachment=attachment,
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(
                    base64url_to_bytes(one), transports=[AuthenticatorTransport(way) for way in ways]
                )
                for one, ways in known
            ],
            supported_pub_key_algs=ALGORITHMS,
            hints=hints,
        )
    )


def finish(*, credential: str, challenge: str, rp_id: str, origins: list[str]) -> Registered:
    """Verify a response to these options. Raises Rejected."""
    response = _response(credential)
    _check_client_data(response["client_data"], challenge, origins)
    flags, public_key = _check_authenticator_data(response["attestation"], rp_id)
    try:
        algorithm = keys.check(public_key)
    except keys.BadKey as error:
        raise Rejected(Why.KEY) from error
    proved = _verify(response["whole"], challenge, rp_id, origins)
    if proved.credential_id != base64url_to_bytes(response["id"]):
        raise Rejected(Why.CREDENTIAL_ID)
    return Registered(
        credential_id=response["id"],
        public_key=bytes_to_base64url(proved.credential_public_key),
        sign_count=proved.sign_count,
        aaguid=proved.aaguid,
        transports=response["transports"],
        attachment=response["attachment"],
        algorithm=algorithm,
        backup_eligible=bool(flags & BACKUP_ELIGIBLE),
        backed_up=bool(flags & BACKED_UP),
    )


def _verify(whole: dict[str, Any], challenge: str, rp_id: str, origins: list[str]) -> VerifiedRegistration:
    try:
        return webauthn.verify_registration_response(
            credential=whole,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=rp_id,
            expected_origin=origins,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except Exception as error:  # bad input makes the library raise errors that are not its own
        raise Rejected(Why.ATTESTATION) from error


def credential_id(credential: str) -> str:
    """The id in a posted response, empty where it can't be read: for telling the browser to forget it."""
    try:
        found = json.loads(credential)["id"]
        return str(found) if len(_bytes(found)) in CREDENTIAL_ID_BYTES else ""
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def landed(registered: Registered) -> str:
    """Where it is, as far as its transports and attachment tell: a place, or `any` where they tell nothing."""
    if registered.attachment == _PLATFORM.value:
        return "this_device"
    if "hybrid" in registered.transports:
        return "phone"
    return "security_key" if {"usb", "nfc", "ble"} & set(registered.transports) else "any"


def _response(credential: str) -> dict[str, Any]:
    """The parts of the posted JSON, each of the right type and encoding."""
    if len(credential) > CREDENTIAL_MOST:
        raise Rejected(Why.MALFORMED)
    try:
        whole = json.loads(credential)
        inner = whole["response"]
        transports = inner.get("transports") or []
        parts = {name: _bytes(inner[name]) for name in ("clientDataJSON", "attestationObject")}
        if whole["type"] != "public-key" or whole["id"] != whole["rawId"] or not isinstance(transports, list):
            raise Rejected(Why.MALFORMED)
        length = len(_bytes(whole["id"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Rejected(Why.MALFORMED) from error
    if length not in CREDENTIAL_ID_BYTES:
        raise Rejected(Why.CREDENTIAL_ID)
    attachment = whole.get("authenticatorAttachment")
    return {
        "whole": whole,
        "id": whole["id"],
        "client_data": parts["clientDataJSON"],
        "attestation": parts["attestationObject"],
        "transports": sorted({way for way in transports if isinstance(way, str)} & TRANSPORTS),
        "attachment": attachment if attachment in {_PLATFORM.value, _CROSS.value} else "",
    }


def _bytes(text: str) -> bytes:
    """Base64url without padding, and nothing else (RFC 4648, 5)."""
    if not _BASE64URL.fullmatch(text) or bytes_to_base64url(base64url_to_bytes(text)) != text:
        raise ValueError("not base64url")
    return base64url_to_bytes(text)


def _check_client_data(data: bytes, challenge: str, origins: list[str]) -> None:
    try:
        client = json.loads(data.decode())
        found = (client["type"], client["challenge"], client["origin"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Rejected(Why.MALFORMED) from error
    if found[0] != "webauthn.create":
        raise Rejected(Why.TYPE)
    if not isinstance(found[1], str) or not secrets.compare_digest(found[1].encode(), challenge.encode()):
        raise Rejected(Why.CHALLENGE)
    if found[2] not in origins:
        raise Rejected(Why.ORIGIN)
    if client.get("crossOrigin", False) is not False or "topOrigin" in client:
        raise Rejected(Why.CROSS_ORIGIN)


def _check_authenticator_data(attestation: bytes, rp_id: str) -> tuple[int, bytes]:
    """What py_webauthn leaves to its caller, or checks without a name. Returns the flags and the COSE key."""
    data = _attestation_object(attestation)["authData"]
    if not isinstance(data, bytes) or len(data) < HEAD + 18:
        raise Rejected(Why.MALFORMED)
    flags = data[32]
    if data[:32] != sha256(rp_id.encode()).digest():
        raise Rejected(Why.RP_ID)
    if not flags & USER_PRESENT:
        raise Rejected(Why.USER_PRESENCE)
    if not flags & USER_VERIFIED:
        raise Rejected(Why.USER_VERIFICATION)
    if flags & BACKED_UP and not flags & BACKUP_ELIGIBLE:
        raise Rejected(Why.BACKUP_FLAGS)
    if not flags & ATTESTED:
        raise Rejected(Why.MALFORMED)
    start = HEAD + 18 + int.from_bytes(data[HEAD + 16 : HEAD + 18], "big")
    return flags, data[start:]


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
