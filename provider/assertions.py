"""A client's assertion: a JWT by its own key (RFC 7523, 2.2 and 3; OpenID Connect Core 1.0, 9). Pure functions."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jwt

from provider.jwks import KTY, Key
from provider.words import ClientRefused

ASSERTION_MOST: Final = 8_192  # characters
JTI_MOST: Final = 255
KEYS_TRIED: Final = 5
LEEWAY: Final = 60  # seconds between the two clocks
HOUR: Final = 3600  # seconds that an assertion is good for, at most


class Rejected(Exception):
    """An assertion that proves nothing."""

    def __init__(self, reason: ClientRefused) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Proof:
    """An assertion that holds, but for whether it was used before: its `jti`, and when it is past its time."""

    jti: str
    until: float  # seconds since 1970


def whose(assertion: str) -> str:
    """The client that it says it is of, unverified. Raises Rejected."""
    try:
        claims = _object(
            jwt.api_jws.decode_complete(_bounded(assertion), options={"verify_signature": False})["payload"]
        )
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise Rejected(ClientRefused.MALFORMED) from error
    if not isinstance(claims.get("sub"), str):
        raise Rejected(ClientRefused.MALFORMED)
    return str(claims["sub"])


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


def _bounded(assertion: str) -> str:
    if len(assertion) > ASSERTION_MOST or not assertion.isascii():
        raise ValueError("no assertion")
    return assertion


def _object(payload: bytes) -> dict[str, Any]:
    claims = json.loads(payload)
    if not isinstance(claims, dict):
        raise ValueError("no object of claims")  # noqa: TRY004  what can't be read is a ValueError, as json's own
    return claims
