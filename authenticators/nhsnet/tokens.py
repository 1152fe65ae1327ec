"""The ID token, checked (OpenID Connect Core 1.0, 3.1.3.7), of which msal checks the nonce alone. Pure functions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt

from authenticators.nhsnet.words import Why

LEEWAY: Final = 120  # seconds
KID_MOST: Final = 200  # characters
ADDRESS_MOST: Final = 254  # characters
KEYS_MOST: Final = 50
RSA_BITS: Final = 2048
MEMBER: Final = 0  # of `acct`: 1 is a guest
_OBJECT_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
_REASONS: Final[dict[type[Exception], Why]] = {
    jwt.ExpiredSignatureError: Why.EXPIRED,
    jwt.ImmatureSignatureError: Why.NOT_YET,
    jwt.InvalidIssuerError: Why.ISSUER,
    jwt.InvalidAudienceError: Why.AUDIENCE,
    jwt.InvalidSignatureError: Why.SIGNATURE,
}


class Rejected(Exception):
    """Not a sign-in to accept."""

    def __init__(self, reason: Why, number: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.number = number  # the provider's own, where it gave one


@dataclass(frozen=True)
class Expected:
    """What the token must say."""

    issuer: str
    tenant_id: str
    client_id: str
    nonce: str
    require_mfa: bool
    since: float = 0  # seconds since 1970: an earlier sign-in may be another person's


@dataclass(frozen=True)
class Account:
    """Whose account it is. `address` is to be shown, and never to be matched by."""

    tenant_id: str
    object_id: str
    issuer: str
    subject: str
    address: str

    @property
    def external_id(self) -> str:
        """What it is bound by: nothing else tells two accounts apart for good."""
        return f"{self.tenant_id}:{self.object_id}"

    @property
    def material(self) -> dict[str, str]:
        """What is kept beside it, for the kind alone."""
        return {"issuer": self.issuer, "subject": self.subject, "address": self.address}


def check(token: Any, *, expected: Expected, find_key: Callable[[str], jwt.PyJWK | None]) -> Account:
    """Whose account an ID token is for. `find_key` gives the tenant's key of an id. Raises Rejected."""
    claims = _claims(token, expected, find_key)
    _check_whose(claims, expected)
    return Account(
        tenant_id=expected.tenant_id,
        object_id=claims["oid"].lower(),
        issuer=expected.issuer,
        subject=claims["sub"],
        address=_address(claims),
    )


def _claims(token: Any, expected: Expected, find_key: Callable[[str], jwt.PyJWK | None]) -> dict[str, Any]:
    if not isinstance(token, str):
        raise Rejected(Why.MALFORMED)
    key = find_key(_kid(token))
    if key is None:
        raise Rejected(Why.KEY)
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=expected.client_id,
            issuer=expected.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"], "strict_aud": True},
        )
    except jwt.PyJWTError as error:
        raise Rejected(_REASONS.get(type(error), Why.MALFORMED)) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise Rejected(Why.MALFORMED) from error
    return claims


def _kid(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise Rejected(Why.MALFORMED) from error
    if header.get("alg") != "RS256":
        raise Rejected(Why.ALGORITHM)
    kid = header.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= KID_MOST:
        raise Rejected(Why.KEY)
    return kid


def _check_whose(claims: dict[str, Any], expected: Expected) -> None:
    wrong = {
        Why.TENANT: str(claims.get("tid", "")).lower() != expected.tenant_id,
        Why.AUDIENCE: claims.get("azp", expected.client_id) != expected.client_id,
        Why.NONCE: claims.get("nonce") != expected.nonce,
        # `acct` is an optional claim; `idp` stands in the token where the account is another tenant's (Entra's claims).
        Why.GUEST: str(claims.get("acct", MEMBER)) != str(MEMBER)
        or claims.get("idp", expected.issuer) != expected.issuer,
        Why.NO_OBJECT_ID: not isinstance(claims.get("oid"), str) or not _OBJECT_ID.fullmatch(claims["oid"]),
        Why.MFA: expected.require_mfa and "mfa" not in _list(claims.get("amr")),
        Why.EARLIER: not _is_since(claims.get("auth_time"), expected.since),
    }
    for reason, is_so in wrong.items():
        if is_so:
            raise Rejected(reason)


def _is_since(auth_time: Any, since: float) -> bool:
    """Whether the person signed in since then; so where the provider doesn't tell (Core 1.0, 2: `auth_time`)."""
    if auth_time is None:
        return True
    return isinstance(auth_time, int | float) and auth_time + LEEWAY >= since


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _address(claims: dict[str, Any]) -> str:
    for name in ("preferred_username", "email"):
        value = claims.get(name)
        if isinstance(value, str) and 0 < len(value) <= ADDRESS_MOST and value.isprintable():
            return value
    return ""


def read_keys(document: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """The RSA keys of a JWK set that sign, by their id (RFC 7517). Any other key is left out."""
    found: dict[str, jwt.PyJWK] = {}
    for entry in _list(document.get("keys"))[:KEYS_MOST]:
        if not isinstance(entry, dict) or entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig":
            continue
        try:
            key = jwt.PyJWK(entry, algorithm="RS256")
            if key.key.key_size >= RSA_BITS and isinstance(entry.get("kid"), str):
                found[entry["kid"]] = key
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError, KeyError):
            continue
    return found
