"""Private keys of the demo: each made once, in a file that its owner alone can read."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def kept(path: Path) -> Path:
    """The file of an RSA key, made where there is none yet. It is there whole or not at all."""
    if not path.exists():
        key = generate_private_key(public_exponent=65537, key_size=2048)
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        fresh.replace(path)
    return path
