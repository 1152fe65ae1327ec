"""The ceremonies of an admin's passkey: those of a person's, with a key that is the desk's alone."""

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils import timezone
from django_otp.models import Device

from authenticators.models import Authenticator
from authenticators.passkey import asserted, ceremony, origins, response
from authenticators.passkey.asserted import Asserted
from authenticators.passkey.ceremony import Registered
from authenticators.passkey.response import Rejected
from authenticators.passkey.words import Why
from careid.errors import Refused
from careid.storing import challenges
from desk.door import factor_adding, factors, guessing, sealed
from desk.door.models import Passkey
from enrolment import proof

ADDING, USING = "desk passkey to add", "desk passkey to use"
HANDLE: Final = "handle"
HANDLE_BYTES: Final = 32
ACCOUNT: Final = "{} (Registration Authority desk)"  # beside a passkey that the same person may have as a person


def is_live(credential_id: str) -> bool:
    """Whether a passkey of this id opens the desk (`settings.PASSKEYS_ELSEWHERE`)."""
    return bool(Passkey.objects.filter(credential_id=credential_id, confirmed=True).exists())


def options_to_add(request: HttpRequest, *, user: User) -> str:
    """The creation options of one page, as JSON: its challenge is this session's. What the account has is excluded."""
    mine = Passkey.objects.filter(user=user)
    return ceremony.options(
        rp_id=settings.RP_ID,
        user_handle=_handle(request, user),
        account=ACCOUNT.format(user.get_username()),
        challenge=challenges.issue(ADDING, _whose(request)),
        place="any",
        known=mine.values_list("credential_id", "transports"),
    )


def add(request: HttpRequest, *, credential: str) -> Device:
    """Add the passkey that this response proves to the account of `factor_adding.who`.

    Refused: `late`, `passkey`, `known`, and those of `factor_adding.finish`.
    """
    challenge = _spent(request, ADDING, credential, lambda: response.read(credential).client_data)
    waiting = sealed.kept(request, HANDLE)
    try:
        proved = ceremony.finish(
            credential=credential, challenge=challenge, rp_id=settings.RP_ID, origins=origins.ours()
        )
    except Rejected as rejected:
        raise Refused("passkey") from rejected
    if Authenticator.objects.filter(kind="passkey", external_id=proved.credential_id).exists():
        raise Refused("known")
    try:
        return factor_adding.finish(request, partial(_keep, proved, waiting))
    except IntegrityError as error:
        raise Refused("known") from error


def _keep(proved: Registered, waiting: dict[str, Any], user: User) -> Passkey:
    if waiting.get("user") != user.pk:
        raise Refused("late")
    made: Passkey = Passkey.objects.create(
        user=user,
        user_handle=bytes.fromhex(waiting["handle"]),
        credential_id=proved.credential_id,
        public_key=proved.public_key,
        sign_count=proved.sign_count,
        backup_eligible=proved.backup_eligible,
        backed_up=proved.backed_up,
        transports=proved.transports,
        aaguid=proved.aaguid,
        rp_id=settings.RP_ID,
    )
    return made


def options_to_use(request: HttpRequest, *, user: User) -> str:
    """The request options of one page, as JSON, which name the account's passkeys; empty where none works."""
    mine = [(one.credential_id, one.transports) for one in factors.of(user) if isinstance(one, Passkey)]
    challenge = challenges.issue(USING, _whose(request))
    return ceremony.request_options(rp_id=settings.RP_ID, challenge=challenge, allowed=mine) if mine else ""


def use(request: HttpRequest, *, user: User, credential: str) -> Passkey:
    """The account's passkey that this response proves.

    Refused: `late`, which counts as no try, and `passkey` and `stopped`, which do. counting.Locked where none is
    judged.
    """
    name = user.get_username()
    guessing.count(request, name=name)
    try:
        found = _judged(request, user, credential)
    except Refused as refused:
        if refused.reason == "late":
            guessing.forgive(request, name=name)
        else:
            guessing.refused("passkey", name=name)
        raise
    guessing.forgive(request, name=name)
    return found


def _judged(request: HttpRequest, user: User, credential: str) -> Passkey:
    challenge = _spent(request, USING, credential, lambda: asserted.read(credential).client_data)
    mine = {one.credential_id: one for one in factors.of(user) if isinstance(one, Passkey)}
    passkey = mine.get(response.credential_id(credential))
    if passkey is None:
        raise Refused("passkey")
    try:
        proved = ceremony.finish_assertion(
            credential=credential,
            challenge=challenge,
            rp_id=settings.RP_ID,
            origins=origins.ours(),
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            backup_eligible=passkey.backup_eligible,
            user_handle=bytes(passkey.user_handle),
            named=mine,
        )
    except Rejected as rejected:
        if rejected.reason == Why.COUNT_WENT_BACK:
            factors.stop(passkey=passkey)
            raise Refused("stopped") from rejected
        raise Refused("passkey") from rejected
    return _counted(passkey, proved)


def _counted(passkey: Passkey, proved: Asserted) -> Passkey:
    """Write the count by one compare-and-set: of two answers at once, one is in. Refused: `passkey`."""
    same = Passkey.objects.filter(pk=passkey.pk, confirmed=True, sign_count=passkey.sign_count)
    now = timezone.now()
    if not same.update(sign_count=proved.sign_count, backed_up=proved.backed_up, last_used_at=now):
        raise Refused("passkey")
    return passkey


def _spent(request: HttpRequest, purpose: str, credential: str, client_data: Callable[[], bytes]) -> str:
    """The challenge that a response says it answers, taken for good. Refused: `late`, `passkey`.

    A page that sends nothing was open for too long.
    """
    if not credential:
        raise Refused("late")
    try:
        challenge = response.challenge(client_data())
    except Rejected as rejected:
        raise Refused("passkey") from rejected
    if not challenges.is_ours(purpose, _whose(request), challenge):
        raise Refused("passkey")
    if not challenges.is_alive(challenge):
        raise Refused("late")
    if not proof.spend_challenge(challenge):
        raise Refused("passkey")
    return challenge


def _whose(request: HttpRequest) -> str:
    return request.session.session_key or ""


def _handle(request: HttpRequest, user: User) -> bytes:
    """What the passkey is to say of whose it is: as the account's others do, else random. It waits in the session."""
    kept = sealed.kept(request, HANDLE)
    if kept.get("user") != user.pk:
        other = Passkey.objects.filter(user=user).values_list("user_handle", flat=True).first()
        handle = bytes(other) if other else secrets.token_bytes(HANDLE_BYTES)
        kept = {"user": user.pk, "handle": handle.hex()}
        sealed.keep(request, HANDLE, kept)
    return bytes.fromhex(kept["handle"])
