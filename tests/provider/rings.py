"""Signing keys of a test: made once a run, and written where the test wants them."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


@cache
def rsa_key(which=0, bits=2048):
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(which=0, curve=ec.SECP256R1):
    return ec.generate_private_key(curve())


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def write(folder, **keys):
    """Write each key to a file of its name. Returns the setting that names them in this order."""
    for name, key in keys.items():
        file = folder / f"{name}.pem"
        file.write_bytes(key if isinstance(key, bytes) else pem(key))
        file.chmod(0o600)
    return ",".join(f"{name}:{folder / name}.pem" for name in keys)
