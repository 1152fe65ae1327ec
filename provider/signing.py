"""The ring of keys that sign: PEM files that `CAREID_SIGNING_KEYS` names, read once. They stand in no database.

All are published (RFC 7517). The first RSA key signs RS256 and PS256, the first EC key ES256; a `kid` is the key's
thumbprint (RFC 7638).
"""

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from careid.storing import crypto

RSA_BITS: Final = 2_048
FILE_MOST: Final = 100_000  # bytes
TOKEN_MOST: Final = 8_000  # characters
NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
KINDS: Final = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}  # the sort of key that each algorithm signs with


class BadKeys(ValueError):
    """A ring that can't be used; its words are safe to print."""


class BadToken(Exception):
    """Not a token of ours."""


@dataclass(frozen=True)
class SigningKey:
    """One key: `name` is the operator's, `kid` the thumbprint, `kty` RSA or EC, `jwk` what is published of it."""

    name: str
    path: str
    kid: str
    kty: str
    bits: int
    jwk: dict[str, str]
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = field(repr=False)


def ring() -> tuple[SigningKey, ...]:
    """The keys in the order of the setting; none where it is empty, which turns the provider off. Raises BadKeys."""
    return _ring(settings.SIGNING_KEYS)


def files() -> list[tuple[str, str]]:
    """The name and the path of each key, as the setting has them. Raises BadKeys where one is not written so."""
    return _files(settings.SIGNING_KEYS)


def _files(text: str) -> list[tuple[str, str]]:
    parts = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    if not all(NAME.fullmatch(name) and path for name, _, path in parts):
        raise BadKeys("each key is written name:path, its name 1 to 40 letters, digits, dots and hyphens")
    return [(name, path) for name, _, path in parts]


@lru_cache(maxsize=8)
def _ring(text: str) -> tuple[SigningKey, ...]:
    keys: list[SigningKey] = []
    for name, path in _files(text):
        one = read(name, path)
        if any(name == other.name or one.kid == other.kid for other in keys):
            raise BadKeys(f"key {name!r} stands there twice")
        keys.append(one)
    if keys and not any(one.kty == "RSA" for one in keys):
        raise BadKeys("has no RSA key, which most services need")
    return tuple(keys)


def read(name: str, path: str) -> SigningKey:
    """The key of a PEM file. Raises BadKeys, in words that tell nothing of what the file holds."""
    try:
        with Path(path).open("rb") as file:
            key = load_pem_private_key(file.read(FILE_MOST), password=None)
    except OSError as error:
        raise BadKeys(f"the file of key {name!r} can't be read") from error
    except Exception:  # noqa: BLE001  the library raises many, and their words may quote the file
        raise BadKeys(f"the file of key {name!r} holds no private key in PEM without a password") from None
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < RSA_BITS:
            raise BadKeys(f"key {name!r} has {key.key_size} bits, and not {RSA_BITS} or more")
        return _key(name, path, key, RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), ("e", "kty", "n"))
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return _key(name, path, key, ECAlgorithm.to_jwk(key.public_key(), as_dict=True), ("crv", "kty", "x", "y"))
    raise BadKeys(f"key {name!r} is neither RSA nor EC on P-256")


def _key(
    name: str, path: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, jwk: Any, members: tuple[str, ...]
) -> SigningKey:
    needed = {member: jwk[member] for member in members}  # RFC 7638, 3.2: these alone, in their order
    kid = crypto.base64url(sha256(json.dumps(needed, separators=(",", ":"), sort_keys=True).encode()).digest())
    # An RSA key signs by two algorithms, so none is named.
    told = needed | {"use": "sig", "kid": kid} | ({"alg": "ES256"} if jwk["kty"] == "EC" else {})
    return SigningKey(name, path, kid, jwk["kty"], key.key_size, told, key)


def signer(alg: str) -> SigningKey:
    """The key that signs by this algorithm. BadKeys where there is none."""
    for one in ring():
        if one.kty == KINDS.get(alg):
            return one
    raise BadKeys("has no key for that algorithm")


def can_sign(alg: str) -> bool:
    """Whether tokens can be signed by this algorithm here."""
    return any(one.kty == KINDS.get(alg) for one in ring())


def algorithms(key: SigningKey | None = None) -> list[str]:
    """The algorithms that can sign here, RS256 first; of one key, those that it signs by."""
    return [alg for alg in KINDS if can_sign(alg) and (key is None or key is signer(alg))]


def published() -> list[dict[str, str]]:
    """Every key's public half, as a JWK set lists it (RFC 7517, 5)."""
    return [one.jwk for one in ring()]


def sign(claims: dict[str, Any], *, alg: str, typ: str = "JWT") -> str:
    """These claims as a signed token (RFC 7519) with the signing key's `kid`."""
    key = signer(alg)
    return jwt.encode(claims, key.key, algorithm=alg, headers={"kid": key.kid, "typ": typ})


def verify(token: str, *, audience: str | None = None) -> dict[str, Any]:
    """The claims of an ID token of ours, expired or not, as a hint has it (OpenID Connect Core 1.0, 3.1.2.1).

    By any published key; for this audience, where one is given. Raises BadToken.
    """
    try:
        header = jwt.get_unverified_header(token) if len(token) <= TOKEN_MOST else {}
        key = next((one for one in ring() if one.kid == header.get("kid")), None)
        if key is None or header.get("typ") != "JWT":  # a logout token is no ID token
            raise BadToken
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key.public_key(),
            algorithms=[alg for alg, kty in KINDS.items() if kty == key.kty],
            audience=audience,
            issuer=settings.ISSUER,
            options={
                "verify_exp": False,
                "verify_iat": False,  # another machine's clock may be a little ahead
                "verify_aud": audience is not None,
                "strict_aud": audience is not None,
                "require": ["aud", "sub", "sid"],
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise BadToken from error
    return claims
