"""The key by which the sample service proves who it is: private in its own process, public in the row of its client."""

import base64
import hashlib
import json
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import RSAAlgorithm

from demo import env, pem

ALG: Final = "RS512"


def private() -> bytes:
    """The key, as PEM; made by who asks first."""
    return pem.kept(env.FOLDER / "service.pem").read_bytes()


def published() -> dict[str, Any]:
    """Its public half, as a JWK set (RFC 7517)."""
    key = load_pem_private_key(private(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("service.pem holds no RSA key")
    made = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    jwk = {name: made[name] for name in ("e", "kty", "n")}
    return {"keys": [jwk | {"kid": _thumbprint(jwk), "use": "sig", "alg": ALG}]}


def _thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638."""
    canonical = json.dumps(jwk, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()
