"""Sealing, opening and fingerprints: pure functions over key rings.

A ring is written `id:base64,id:base64`, each key 32 bytes; the first one seals, all of them open.
"""

import base64
import binascii
import hmac
import secrets
from functools import lru_cache
from hashlib import sha256
from threading import BoundedSemaphore
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12  # NIST SP 800-38D, 8.2.2: random, far under 2^32 values a key


class BadKeys(ValueError):
    """A key ring that can't be used; its words are safe to print."""


class CannotOpen(ValueError):
    """The value was changed, moved from its row, or sealed with a key that is gone."""


@lru_cache(maxsize=8)
def ring(text: str) -> dict[str, bytes]:
    """The keys of a ring by id, in order. BadKeys where one is missing, doubled, or not 32 bytes of base64."""
    keys: dict[str, bytes] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key_id, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not key_id.isascii() or not key_id.isalnum() or len(key_id) > 16:
            raise BadKeys("each key is written id:base64, its id 1 to 16 letters and digits")
        if len(key) != KEY_BYTES:
            raise BadKeys(f"key {key_id!r} is not {KEY_BYTES} bytes of base64")
        if key_id in keys or key in keys.values():
            raise BadKeys(f"key {key_id!r} stands there twice")
        keys[key_id] = key
    if not keys:
        raise BadKeys("no key is given")
    return keys


def seal(data: bytes, *, context: str) -> bytes:
    """AES-256-GCM under the first key: `id . nonce ciphertext`. It opens only with the same context."""
    key_id, key = next(iter(ring(settings.KEYS).items()))
    nonce = secrets.token_bytes(NONCE_BYTES)
    return key_id.encode() + b"." + nonce + AESGCM(key).encrypt(nonce, data, f"{key_id}|{context}".encode())


def open(sealed: bytes, *, context: str) -> bytes:  # noqa: A001  read through its module: crypto.open
    """What was sealed. CannotOpen where the key, the context or a byte differs."""
    key_id, _, rest = bytes(sealed).partition(b".")
    key = ring(settings.KEYS).get(key_id.decode("ascii", "replace"))
    if key is None:
        raise CannotOpen("sealed with a key that is not in CAREID_KEYS")
    try:
        return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], key_id + b"|" + context.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("changed, or moved from where it was sealed") from error


def token_hash(token: str) -> bytes:
    """What a row keeps of a random token: its SHA-256."""
    return sha256(token.encode("utf-8", "replace")).digest()


def fingerprints(value: str) -> list[str]:
    """HMAC-SHA-256 of a value under each index key, `id:hex`, the one to store first."""
    return [
        f"{key_id}:{hmac.digest(key, b'nino|' + value.encode(), sha256).hex()}"
        for key_id, key in ring(settings.INDEX_KEYS).items()
    ]


def fingerprint(value: str) -> str:
    """The fingerprint to store: under the first index key."""
    return fingerprints(value)[0]


@lru_cache(maxsize=64)
def _derived(keys: str, purpose: str) -> tuple[bytes, ...]:
    # RFC 5869; one label a purpose, so that no two purposes share a key.
    return tuple(
        HKDF(SHA256(), KEY_BYTES, salt=None, info=f"careid {purpose}".encode()).derive(key)
        for key in ring(keys).values()
    )


def macs(purpose: str, *parts: str) -> list[bytes]:
    """HMAC-SHA-256 of the parts under each derived key of a purpose, the one to store first."""
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return [hmac.digest(key, message, sha256) for key in _derived(settings.KEYS, purpose)]


def tokens(purpose: str, *parts: str) -> list[str]:
    """A token of 256 bits, base64url, for what these parts name, under each key: only who has a key can make it."""
    return [base64url(mac) for mac in macs(purpose, *parts)]


def base64url(raw: bytes) -> str:
    """Without padding (RFC 4648, 5)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Argon2id(Argon2PasswordHasher):
    """Argon2id at 19 MiB, 2 passes, 1 lane (OWASP Password Storage), two at a time so that a rush fits in memory.

    Django's own instance is the desk's; PEOPLES are two more, so that the desk never waits behind a rush of people.
    """

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1

    def __init__(self) -> None:
        super().__init__()
        self.two_at_a_time = BoundedSemaphore(2)

    def encode(self, password: str, salt: str) -> str:
        with self.two_at_a_time:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with self.two_at_a_time:
            return super().verify(password, encoded)


PEOPLES: Final = Argon2id()
