"""The keys of the stand-in sign-in, and the tokens that it signs with them, well and badly."""

import hashlib
import hmac
import json
import secrets
from enum import Enum, auto
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_encode

KEPT: Final = 2  # keys that are published: the one that signs and the one before


class Sign(Enum):
    HONEST = auto()
    ROTATED = auto()
    UNKNOWN = auto()
    FORGED = auto()
    NONE = auto()
    HS256 = auto()


class Keys:
    """Made when the process starts, and gone with it. The newest one signs."""

    def __init__(self) -> None:
        self.pairs = {secrets.token_urlsafe(12): _make()}

    def rotate(self, kept: int = KEPT) -> None:
        pairs = [*self.pairs.items(), (secrets.token_urlsafe(12), _make())]
        self.pairs = dict(pairs[-kept:])

    def published(self) -> dict[str, Any]:
        """The JWK set (RFC 7517)."""
        return {
            "keys": [
                RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "use": "sig", "alg": "RS256"}
                for kid, key in self.pairs.items()
            ]
        }

    def sign(self, claims: dict[str, Any], how: Sign) -> str:
        if how is Sign.ROTATED:
            self.rotate()
        kid, key = list(self.pairs.items())[-1]
        if how is Sign.NONE:
            return jwt.encode(claims, "", algorithm="none", headers={"kid": kid})
        if how is Sign.HS256:
            return _hs256(claims, kid, key)
        if how in {Sign.UNKNOWN, Sign.FORGED}:
            key = _make()
        if how is Sign.UNKNOWN:
            kid = secrets.token_urlsafe(12)
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid})


def _make() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _hs256(claims: dict[str, Any], kid: str, key: RSAPrivateKey) -> str:
    """By hand: no library signs with a public key."""
    secret = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = ({"alg": "HS256", "typ": "JWT", "kid": kid}, claims)
    signed = b".".join(base64url_encode(json.dumps(part).encode()) for part in parts)
    return (signed + b"." + base64url_encode(hmac.digest(secret, signed, hashlib.sha256))).decode()
