"""Authorization codes: given once, and taken once by the client that they were given to (RFC 6749, 4.1.2 and 4.1.3)."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from careid.errors import Refused
from careid.storing import crypto
from careid.storing.prepared import Prepared
from careid.trail.names import EventName
from careid.trail.record import record
from provider import claims, pkce, signing, tokens
from provider.models import Client, Code, Token
from provider.requests import Asked
from sign_in.models import SignIn

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
INVALID: Final = "invalid_grant"
WITH: Final = ("sign_in__profile", "sign_in__authenticator", "sign_in__session")
_BY_HASH: Final = Prepared(lambda code: Code.objects.select_related(*WITH).filter(code_hash=code), b"a code's")
_ISSUE: Final = """INSERT INTO provider_code (id, code_hash, client_id, sign_in_id, redirect_uri, nonce, code_challenge,
        scopes, role, acr, made_at, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
# The code is used, its token written, and its client listed among those that hear of the session's end, or none of it.
_SPEND: Final = """WITH spent AS (
        UPDATE provider_code SET used_at = %(now)s WHERE id = %(code)s AND used_at IS NULL
        RETURNING id, client_id, sign_in_id, scopes, role, acr),
    token AS (
        INSERT INTO provider_token
            (id, token_hash, code_id, client_id, sign_in_id, scopes, role, acr, made_at, expires_at)
        SELECT %(token)s, %(hash)s, id, client_id, sign_in_id, scopes, role, acr, %(now)s, %(until)s FROM spent)
    INSERT INTO provider_logout (id, session_id, client_id, profile_id, made_at, over_at, state, tries, answer)
    SELECT %(logout)s, %(session)s, client_id, %(profile)s, %(now)s, %(over)s, 'listening', 0, '' FROM spent
    ON CONFLICT (session_id, client_id) DO UPDATE
        SET over_at = greatest(provider_logout.over_at, excluded.over_at)"""


@dataclass(frozen=True)
class Given:
    """What a client is given for a code (OpenID Connect Core 1.0, 3.1.3.3)."""

    access_token: str = field(repr=False)
    id_token: str = field(repr=False)
    scopes: tuple[str, ...]
    expires_in: int  # seconds


def issue(*, client: Client, sign_in: SignIn, asked: Asked, acr: str, role: str) -> str:
    """A code for this sign-in, for a minute. `acr` is the level to tell, `role` the `person_roleid` that was chosen."""
    code, now = secrets.token_urlsafe(32), timezone.now()
    until = now + settings.AUTHORIZATION_CODE_LIFE
    whose: list[Any] = [uuid4(), crypto.token_hash(code), client.pk, sign_in.pk]
    told: list[Any] = [asked.redirect_uri, asked.nonce or "", asked.code_challenge, list(asked.scopes), role, acr]
    with connection.cursor() as cursor:
        cursor.execute(_ISSUE, [*whose, *told, now, until])
    return code


def redeem(*, client: Client, code: str, redirect_uri: str, verifier: str) -> Given:
    """What the code is good for, once. `verifier` is PKCE's (RFC 7636, 4.5), empty where none was sent.

    BadKeys where no key here signs as the client asks. Refused with `invalid_grant` in every other case. A wrong
    verifier or redirect address uses the code up; a code that comes again ends what it gave; another client's try
    leaves it as it was.
    """
    now, found = timezone.now(), _BY_HASH.first(crypto.token_hash(code))
    if found is None or (found.used_at is None and found.client_id != client.pk):
        raise Refused(INVALID)
    is_right = found.redirect_uri == redirect_uri and pkce.fits(verifier=verifier, challenge=found.code_challenge)
    if found.used_at is None and not is_right:
        Code.objects.filter(pk=found.pk, used_at=None).update(used_at=now)
        raise Refused(INVALID)
    if found.used_at is None and (now >= found.expires_at or found.sign_in.is_over(now)):
        raise Refused(INVALID)
    if found.used_at is None:
        signing.signer(client.id_token_signed_response_alg)  # while the code is good still
    access_token = secrets.token_urlsafe(32)
    if found.used_at or not _spend(found, access_token, now):
        _replayed(found, client, now)
        raise Refused(INVALID)
    return Given(access_token, _id_token(found, client, access_token, now), tuple(found.scopes), seconds())


def seconds() -> int:
    """How long an access token is good for."""
    return int(settings.ACCESS_TOKEN_LIFE.total_seconds())


def _spend(code: Code, access_token: str, now: datetime) -> bool:
    """Use the code and write what it gives; False where another request was first."""
    made = code.sign_in
    values: dict[str, Any] = {
        "now": now,
        "code": code.pk,
        "token": uuid4(),
        "hash": crypto.token_hash(access_token),
        "until": now + settings.ACCESS_TOKEN_LIFE,
        "logout": uuid4(),
        "session": made.session_id,
        "profile": made.profile_id,
        "over": made.at + settings.SESSION_LIFE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, values)
        return bool(cursor.rowcount)


def _replayed(code: Code, client: Client, now: datetime) -> None:
    """A code came again: somebody may have taken it, so what it gave is over (RFC 6749, 4.1.2). Told once."""
    with transaction.atomic():
        if Token.objects.filter(code_id=code.pk, revoked_at=None).update(revoked_at=now):
            log.error("a code came again: what it gave is over")
            details = {"client": client.client_id}
            record(EventName.CODE_REPLAYED, outcome="refused", profile=code.sign_in.profile, details=details)


def _id_token(code: Code, client: Client, access_token: str, now: datetime) -> str:
    told = claims.of_id_token(code)
    return tokens.id_token(
        told,
        audience=client.client_id,
        access_token=access_token,
        now=now.timestamp(),
        alg=client.id_token_signed_response_alg,
    )
