"""A client's public keys (RFC 7517): read from what was registered or fetched. Pure functions."""

from dataclasses import dataclass
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from careid.errors import Reason

KEYS_MOST: Final = 20  # of a set: the rest is not read
RSA_BITS: Final = range(2048, 8193)  # more takes long to verify with
EXPONENT_BITS: Final = 64  # likewise
KTY: Final = {"RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "ES256": "EC"}
# What is kept of an entry. `alg` is not heeded: some say RS256 of a key that signs RS512.
_KEPT: Final = ("kty", "kid", "use", "n", "e", "crv", "x", "y")
_TEXT_MOST: Final = 1_400  # characters of a member: 8,192 bits in base64url


class Unfit(Reason):
    """Why a set of keys can't be used."""

    NOT_KEYS = "not_keys", "This is no JWK set: {“keys”: […]}."
    PRIVATE = "private", "This holds a private key. Make another pair, and give its public key alone."
    NO_KEY = "no_key", "This holds no public key to verify signatures with (RSA of 2,048 to 8,192 bits, or EC P-256)."
    WEAK = "weak", "This holds an RSA key under 2,048 bits or over 8,192, or an EC key that is not P-256."
    OTHER_ALGORITHM = "other_algorithm", "None of these keys goes with the algorithm that the client signs with."


class BadKeySet(Exception):
    def __init__(self, reason: Unfit) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Key:
    """One public key; `kid` is empty where it has none."""

    kid: str
    kty: str
    public: RSAPublicKey | EllipticCurvePublicKey


def read(kept: Any, alg: str) -> list[Key]:
    """The keys of a set that can have signed with this algorithm. What is not sound is left out."""
    return [key for entry in _entries(kept) if (key := _key(entry)) and key.kty == KTY.get(alg)]


def checked(document: Any, *, alg: str = "", strictly: bool = True) -> dict[str, Any]:
    """What to keep of a set: the public members of each key that verifies signatures. Raises BadKeySet.

    With `alg`, one of them at least has to go with it. `strictly` is for what an operator registers: one weak key
    refuses the set, where of a set that was fetched it is left out.
    """
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise BadKeySet(Unfit.NOT_KEYS)
    entries = _entries(document)
    if any("d" in entry or "k" in entry for entry in entries):
        raise BadKeySet(Unfit.PRIVATE)
    signing = [entry for entry in entries if _verifies(entry)]
    sound = [entry for entry in signing if _key(entry)]
    if strictly and len(sound) < len(signing):
        raise BadKeySet(Unfit.WEAK)
    if not sound:
        raise BadKeySet(Unfit.NO_KEY)
    if alg and not any(entry["kty"] == KTY[alg] for entry in sound):
        raise BadKeySet(Unfit.OTHER_ALGORITHM)
    return {"keys": [{name: entry[name] for name in _KEPT if name in entry} for entry in sound]}


def _entries(document: Any) -> list[dict[str, Any]]:
    keys = document.get("keys") if isinstance(document, dict) else None
    return [entry for entry in (keys if isinstance(keys, list) else [])[:KEYS_MOST] if isinstance(entry, dict)]


def _verifies(entry: dict[str, Any]) -> bool:
    """Whether it is a public key for signatures (RFC 7517, 4.2 and 4.3), for some algorithm here."""
    operations = entry.get("key_ops", ["verify"])
    return (
        entry.get("kty") in ("RSA", "EC")
        and entry.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
    )


def _key(entry: dict[str, Any]) -> Key | None:
    if not _verifies(entry) or not all(_is_text(entry[name]) for name in _KEPT if name in entry):
        return None
    try:
        public = jwt.PyJWK(entry, algorithm="RS256" if entry["kty"] == "RSA" else "ES256").key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return Key(entry.get("kid", ""), entry["kty"], public) if _is_strong(public) else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _TEXT_MOST and value.isprintable()  # no NUL, no half of a pair


def _is_strong(public: Any) -> bool:
    if isinstance(public, EllipticCurvePublicKey):
        return isinstance(public.curve, SECP256R1)
    return (
        isinstance(public, RSAPublicKey)
        and public.key_size in RSA_BITS
        and public.public_numbers().e.bit_length() <= EXPONENT_BITS
    )
