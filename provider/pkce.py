"""Proof Key for Code Exchange (RFC 7636), by S256 alone: `plain` would tell the proof to whoever sees the request."""

import re
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final

METHOD: Final = "S256"
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # base64url of a SHA-256 (RFC 7636, 4.2)
VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)  # RFC 7636, 4.1


def is_challenge(text: str) -> bool:
    """Whether it can be the challenge of a verifier."""
    return CHALLENGE.fullmatch(text) is not None


def of(verifier: str) -> str:
    """The challenge of a verifier (RFC 7636, 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def fits(*, verifier: str, challenge: str) -> bool:
    """Whether this verifier is the one of the challenge (RFC 7636, 4.6); without one none may come (RFC 9700)."""
    if not challenge or not verifier:
        return not challenge and not verifier
    return VERIFIER.fullmatch(verifier) is not None and secrets.compare_digest(of(verifier), challenge)
