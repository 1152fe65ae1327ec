"""What is signed for services: the ID token and the logout token. Pure functions over values."""

import secrets
from hashlib import sha256
from typing import Any, Final

from django.conf import settings

from careid.storing import crypto
from provider import signing

LOGOUT_TOKEN_SECONDS: Final = 120
LOGOUT_EARLIER: Final = 2  # seconds: a client whose clock is a little behind refuses what was issued in its future
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


def id_token(claims: dict[str, Any], *, audience: str, access_token: str, now: float, alg: str) -> str:
    """An ID token (OpenID Connect Core 1.0, 2) with these claims of the person and their sign-in, for ten minutes.

    `audience` is the client's id, told as a plain string: several clients compare it with `==`.
    """
    ours = {
        "iss": settings.ISSUER,
        "aud": audience,
        "azp": audience,
        "iat": int(now),
        "exp": int(now) + int(settings.ID_TOKEN_LIFE.total_seconds()),
        "jti": secrets.token_urlsafe(16),
        "at_hash": at_hash(access_token),
    }
    return signing.sign(claims | ours, alg=alg)


def logout_token(*, audience: str, sub: str, sid: str, signed_in: float, now: float, alg: str) -> str:
    """A logout token (OpenID Connect Back-Channel Logout 1.0, 2.4) with a new `jti`, for two minutes.

    `signed_in` is when the person last signed in, in seconds since 1970: some clients refuse one issued before that.
    """
    claims = {
        "iss": settings.ISSUER,
        "aud": audience,
        "iat": max(int(now) - LOGOUT_EARLIER, int(signed_in)),
        "exp": int(now) + LOGOUT_TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(16),
        "events": {LOGOUT_EVENT: {}},
        "sub": sub,
        "sid": sid,
    }
    return signing.sign(claims, alg=alg, typ="logout+jwt")


def at_hash(access_token: str) -> str:
    """The left half of the access token's SHA-256, base64url (OpenID Connect Core 1.0, 3.1.3.6).

    By SHA-256, as every algorithm that signs here has it.
    """
    return crypto.base64url(sha256(access_token.encode("ascii")).digest()[:16])
