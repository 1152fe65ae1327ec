"""A client's own side: its keys, and the assertions that it signs with them."""

import json
import time
import uuid
from base64 import urlsafe_b64encode
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@cache
def pair(name="one", kty="RSA", *, bits=2048):
    """A private key, made once a run for each name."""
    return ec.generate_private_key(ec.SECP256R1()) if kty == "EC" else rsa.generate_private_key(65537, bits)


def jwk(key, **more):
    """Its public half as a JWK."""
    algorithm = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    return json.loads(algorithm.to_jwk(key.public_key())) | more


def jwks(*keys):
    return {"keys": [key if isinstance(key, dict) else jwk(key) for key in keys]}


def assertion(
    key, client_id="a-client", *, alg="RS512", headers=None, without=(), aud="https://care.example/oidc", **claims
):
    """What a client sends, good for five minutes but for what is said."""
    now = int(time.time())
    all_claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": aud,
        "iat": now,
        "exp": now + 300,
        "jti": uuid.uuid4().hex,
        **claims,
    }
    kept = {name: value for name, value in all_claims.items() if name not in without}
    return jwt.encode(kept, key, algorithm=alg, headers=headers)


def by_hand(header, claims, signature=b""):
    """Parts that no library would make."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims, signature)]
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
