"""How a client proves who it is (RFC 6749, 2.3; RFC 7523, 2.2 and 3; OpenID Connect Core 1.0, 9). Pure functions."""

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_plus

import jwt

from provider.jwks import KTY, Key
from provider.words import ClientRefused

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_MOST: Final = 8_192  # characters
JTI_MOST: Final = 255
KEYS_TRIED: Final = 5
LEEWAY: Final = 60  # seconds between the two clocks
HOUR: Final = 3600  # seconds that an assertion is good for, at most
ONE_WAY: Final = "Prove who the client is in one way."
NOT_VALID: Final = "JWT is not valid"  # clients look for these very words
FAILED: Final = "Client authentication failed"


class BadClient(Exception):
    """The client is not who it says. `description` tells nothing that only a client that exists would be told.

    `error`, `status` and `headers` are those of the answer (RFC 6749, 5.2): 401 `invalid_client`, with WWW-Authenticate
    where the header was used; 429 `temporarily_unavailable` with Retry-After where too many were bad.
    """

    def __init__(
        self,
        description: str,
        *,
        error: str = "invalid_client",
        status: int = 401,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(description)
        self.description = description
        self.error = error
        self.status = status
        self.headers = dict(headers or {})


class Rejected(Exception):
    """An assertion that proves nothing."""

    def __init__(self, reason: ClientRefused) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Credentials:
    """What a client presented, unchecked: `way` is named as its registration names it, and `none` without any proof."""

    way: str
    client_id: str
    secret: str = field(default="", repr=False)
    assertion: str = field(default="", repr=False)

    @property
    def description(self) -> str:
        """What is told where they prove nothing, whether or not there is such a client."""
        return NOT_VALID if self.way == "private_key_jwt" else FAILED

    @property
    def headers(self) -> dict[str, str]:
        """What such an answer needs (RFC 6749, 5.2)."""
        return {"WWW-Authenticate": 'Basic realm="Care ID"'} if self.way == "client_secret_basic" else {}


@dataclass(frozen=True)
class Proof:
    """An assertion that holds, but for whether it was used before: its `jti`, and when it is past its time."""

    jti: str
    until: float  # seconds since 1970


def presented(authorization: str, form: Mapping[str, str]) -> Credentials:
    """What proves who the client is, from the Authorization header and the form. Raises BadClient.

    In one way: a secret or an assertion that comes beside another is refused, as is a client id that is not the same.
    """
    ways = [name for name in ("client_secret", "client_assertion") if name in form]
    if len(ways) + bool(authorization) > 1 or ("client_assertion_type" in form) != ("client_assertion" in form):
        raise BadClient(ONE_WAY)
    if authorization:
        found = _basic(authorization)
    elif "client_assertion" in form:
        found = _asserted(form["client_assertion_type"], form["client_assertion"])
    elif "client_secret" in form:
        return Credentials("client_secret_post", form.get("client_id", ""), secret=form["client_secret"])
    else:
        return Credentials("none", form.get("client_id", ""))
    if form.get("client_id", found.client_id) != found.client_id:
        raise BadClient(found.description, headers=found.headers)
    return found


def _basic(authorization: str) -> Credentials:
    """An id and a secret, each form-urlencoded (RFC 6749, 2.3.1); ours are the same for clients that encode nothing."""
    scheme, _, encoded = authorization.partition(" ")
    client_id, colon, secret = (_decoded(encoded.strip()) if scheme.lower() == "basic" else "").partition(":")
    found = Credentials("client_secret_basic", unquote_plus(client_id), secret=unquote_plus(secret))
    if not colon:
        raise BadClient(found.description, headers=found.headers)
    return found


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return ""


def _asserted(kind: str, assertion: str) -> Credentials:
    """The assertion, and whose it says that it is (RFC 7521, 4.2)."""
    claims = _unverified(assertion)
    if kind != ASSERTION_TYPE or not isinstance(claims.get("sub"), str):
        raise BadClient(NOT_VALID)
    return Credentials("private_key_jwt", claims["sub"], assertion=assertion)


def _unverified(assertion: str) -> dict[str, Any]:
    try:
        return _object(jwt.api_jws.decode_complete(_bounded(assertion), options={"verify_signature": False})["payload"])
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise BadClient(NOT_VALID) from error


def _bounded(assertion: str) -> str:
    if len(assertion) > ASSERTION_MOST or not assertion.isascii():
        raise ValueError("no assertion")
    return assertion


def _object(payload: bytes) -> dict[str, Any]:
    claims = json.loads(payload)
    if not isinstance(claims, dict):
        raise ValueError("no object of claims")  # noqa: TRY004  what can't be read is a ValueError, as json's own
    return claims


def kid_of(assertion: str) -> str:
    """The key that it names; empty where it names none, or can't be read."""
    try:
        kid = jwt.get_unverified_header(_bounded(assertion)).get("kid", "")
    except (jwt.PyJWTError, ValueError, RecursionError):
        return ""
    return kid if isinstance(kid, str) else ""


def verified(
    assertion: str, *, client_id: str, alg: str, keys: Sequence[Key], audiences: Collection[str], now: float
) -> Proof:
    """What an assertion proves: signed with the one algorithm by one of the keys, and all that RFC 7523, 3 asks.

    That its `jti` was not used before is for the caller to find out. Raises Rejected.
    """
    claims = _signed(assertion, alg, keys)
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise Rejected(ClientRefused.ISSUER)
    told = claims.get("aud")
    named = told if isinstance(told, list) else [told]
    if not any(one in audiences for one in named if isinstance(one, str)):
        raise Rejected(ClientRefused.AUDIENCE)
    _check_times(claims, now)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= JTI_MOST:
        raise Rejected(ClientRefused.MALFORMED)
    return Proof(jti, claims["exp"] + LEEWAY)


def _signed(assertion: str, alg: str, keys: Sequence[Key]) -> dict[str, Any]:
    """The claims, once one of the keys fits: the one it names where that is known, else each, a few at most."""
    try:
        header = jwt.get_unverified_header(_bounded(assertion))
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise Rejected(ClientRefused.MALFORMED) from error
    if alg not in KTY or header.get("alg") != alg:
        raise Rejected(ClientRefused.ALGORITHM)
    named = [key for key in keys if key.kid and key.kid == header.get("kid")]
    tried = (named or [key for key in keys if key.kty == KTY[alg]])[:KEYS_TRIED]
    for key in tried:
        try:
            return _object(jwt.api_jws.decode(assertion, key.public, algorithms=[alg]))
        except jwt.InvalidSignatureError:
            continue
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise Rejected(ClientRefused.MALFORMED) from error
    raise Rejected(ClientRefused.SIGNATURE if tried else ClientRefused.KEY)


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    """`exp` within the hour; `iat` and `nbf`, where they are there, not to come, and `iat` of this hour."""
    times: list[Any] = [claims.get("exp"), claims.get("iat", now), claims.get("nbf", now)]
    if not all(_is_time(one) for one in times):
        raise Rejected(ClientRefused.MALFORMED)
    exp, iat, nbf = times
    wrong = {
        ClientRefused.EXPIRED: exp + LEEWAY <= now,
        ClientRefused.NOT_YET: max(iat, nbf) > now + LEEWAY,
        ClientRefused.TOO_LONG: exp > now + HOUR + LEEWAY or iat < now - HOUR - LEEWAY,
    }
    for reason, is_so in wrong.items():
        if is_so:
            raise Rejected(reason)


def _is_time(value: Any) -> bool:
    """A NumericDate (RFC 7519, 2) that a clock can show."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**40
