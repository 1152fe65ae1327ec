"""Making a passkey and using it (W3C Web Authentication, level 3, 7.1, 7.2): options out, what was proved in. Pure."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

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

from authenticators.passkey import asserted, keys, response
from authenticators.passkey.asserted import Asserted
from authenticators.passkey.response import BACKED_UP, BACKUP_ELIGIBLE, Rejected, Response
from authenticators.passkey.words import Why

CHALLENGE_BYTES: Final = 32
TIMEOUT: Final = 300_000  # milliseconds: as long as the challenge lives
ALGORITHMS: Final = [COSEAlgorithmIdentifier(number) for number in keys.ALGORITHMS]

_PLATFORM, _CROSS = AuthenticatorAttachment.PLATFORM, AuthenticatorAttachment.CROSS_PLATFORM
# Where the person wants to keep the passkey, and how the browser's dialog is told.
PLACES: Final[dict[str, tuple[AuthenticatorAttachment | None, list[PublicKeyCredentialHint]]]] = {
    "this_device": (_PLATFORM, [PublicKeyCredentialHint.CLIENT_DEVICE]),
    "phone": (_CROSS, [PublicKeyCredentialHint.HYBRID]),
    "security_key": (_CROSS, [PublicKeyCredentialHint.SECURITY_KEY]),
    "any": (None, []),
}


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
        """What staff may see of a passkey."""
        hidden = {"credential_id", "public_key", "sign_count"}
        return {name: value for name, value in asdict(self).items() if name not in hidden}


def new_challenge() -> str:
    """32 random bytes, base64url."""
    return bytes_to_base64url(secrets.token_bytes(CHALLENGE_BYTES))


def options(
    *, rp_id: str, user_handle: bytes, account: str, challenge: str, place: str, known: Iterable[tuple[str, list[str]]]
) -> str:
    """The creation options (5.4) as JSON. `challenge` is base64url; `known` are credential ids with transports."""
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
            exclude_credentials=_descriptors(known),
            supported_pub_key_algs=ALGORITHMS,
            hints=hints,
        )
    )


def request_options(*, rp_id: str, challenge: str, allowed: Iterable[tuple[str, list[str]]] = ()) -> str:
    """The request options (5.5) as JSON. `allowed` are credential ids with transports; with none, any that is known.

    A discoverable passkey is asked for with none: the browser then shows those that it has, and tells whose it is.
    """
    return options_to_json(
        webauthn.generate_authentication_options(
            rp_id=rp_id,
            challenge=base64url_to_bytes(challenge),
            timeout=TIMEOUT,
            allow_credentials=_descriptors(allowed),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def _descriptors(known: Iterable[tuple[str, list[str]]]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            base64url_to_bytes(one),
            transports=[AuthenticatorTransport(way) for way in ways if way in response.TRANSPORTS],
        )
        for one, ways in known
    ]


def finish(*, credential: str, challenge: str, rp_id: str, origins: list[str]) -> Registered:
    """Verify a response, as the browser's JSON, to the options with this challenge. Raises Rejected."""
    came = response.read(credential)
    response.check_client_data(came.client_data, "webauthn.create", challenge, origins)
    flags, public_key = response.check_authenticator_data(came.attestation, rp_id)
    try:
        algorithm = keys.check(public_key)
    except keys.BadKey as error:
        raise Rejected(Why.KEY) from error
    proved = _verify(came, challenge, rp_id, origins)
    if proved.credential_id != base64url_to_bytes(came.id):
        raise Rejected(Why.CREDENTIAL_ID)
    return Registered(
        credential_id=came.id,
        public_key=bytes_to_base64url(proved.credential_public_key),
        sign_count=proved.sign_count,
        aaguid=proved.aaguid,
        transports=came.transports,
        attachment=came.attachment,
        algorithm=algorithm,
        backup_eligible=bool(flags & BACKUP_ELIGIBLE),
        backed_up=bool(flags & BACKED_UP),
    )


def _verify(came: Response, challenge: str, rp_id: str, origins: list[str]) -> VerifiedRegistration:
    """The library gets what it verifies; of the rest, a word that it doesn't know is no reason to refuse (5.1, 5.8)."""
    parts = {"clientDataJSON": bytes_to_base64url(came.client_data)}
    parts["attestationObject"] = bytes_to_base64url(came.attestation)
    try:
        return webauthn.verify_registration_response(
            credential={"id": came.id, "rawId": came.id, "type": "public-key", "response": parts},
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=rp_id,
            expected_origin=origins,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except Exception as error:  # bad input makes the library raise errors that are not its own
        raise Rejected(Why.ATTESTATION) from error


def finish_assertion(
    *,
    credential: str,
    challenge: str,
    rp_id: str,
    origins: list[str],
    public_key: str,
    sign_count: int,
    backup_eligible: bool,
    user_handle: bytes,
    named: Collection[str] = (),
) -> Asserted:
    """Verify a response, as the browser's JSON, to the request with this challenge, by the passkey that is on file.

    `response.credential_id` says which passkey that is; `public_key` (base64url), `sign_count`, `backup_eligible` and
    its person's `user_handle` are what is kept of it. `named` are the ids that the request named, if any. Raises
    Rejected: with COUNT_WENT_BACK only where all else is right, so that nobody but its holder can bring that about.
    """
    came = asserted.read(credential)
    asserted.check_whose(came, user_handle, named)
    response.check_client_data(came.client_data, "webauthn.get", challenge, origins)
    proved = asserted.check_authenticator_data(came, rp_id)
    if proved.backup_eligible != backup_eligible:
        raise Rejected(Why.BACKUP_CHANGED)
    asserted.check_signature(came, challenge, rp_id, origins, public_key)
    if proved.sign_count <= sign_count and (proved.sign_count or sign_count):
        raise Rejected(Why.COUNT_WENT_BACK)
    return proved


def landed(registered: Registered) -> str:
    """The place where a passkey is, as far as its transports and attachment tell; `any` where they tell nothing."""
    if registered.attachment == _PLATFORM.value:
        return "this_device"
    if "hybrid" in registered.transports:
        return "phone"
    return "security_key" if {"usb", "nfc", "ble"} & set(registered.transports) else "any"
