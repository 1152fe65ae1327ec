"""A software passkey: answers creation options as a browser and an authenticator do, right or wrong as told."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

ES256, EDDSA, RS256 = -7, -8, -257


def b64(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_key(algorithm=ES256, bits=2048):
    """A signing function and its COSE key."""
    if algorithm == EDDSA:
        private = ed25519.Ed25519PrivateKey.generate()
        return private.sign, {1: 1, 3: EDDSA, -1: 6, -2: private.public_key().public_bytes_raw()}
    if algorithm == RS256:
        private = rsa.generate_private_key(65537, bits)
        n = private.public_key().public_numbers().n
        cose = {1: 3, 3: RS256, -1: n.to_bytes(bits // 8, "big"), -2: b"\x01\x00\x01"}
        return (lambda data: private.sign(data, padding.PKCS1v15(), SHA256())), cose
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_numbers()
    cose = {1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
    return (lambda data: private.sign(data, ec.ECDSA(SHA256()))), cose


def answer(options, *, origin, key, credential_id, flags=0x05, count=1, client=None, whole=None, rp_id=None, behind=b"",
           user_handle=None, signed=None, inner=None):  # fmt: skip
    """The JSON that a page posts when a passkey is used. Whatever is given stands in place of what would be right."""
    data = {"type": "webauthn.get", "challenge": options["challenge"], "origin": origin, "crossOrigin": False}
    client_data = written(data | (client or {}))
    auth_data = (
        sha256((rp_id or options["rpId"]).encode()).digest() + bytes([flags]) + count.to_bytes(4, "big") + behind
    )
    signature = key[0](signed or auth_data + sha256(client_data).digest())
    response = {"clientDataJSON": b64(client_data), "authenticatorData": b64(auth_data), "signature": b64(signature)}
    handle = {} if user_handle is None else {"userHandle": b64(user_handle)}
    made = {"id": b64(credential_id), "rawId": b64(credential_id), "type": "public-key", "clientExtensionResults": {}}
    return json.dumps(made | {"response": response | handle | (inner or {})} | (whole or {}))


def written(data):
    return json.dumps({name: value for name, value in data.items() if value is not ...}).encode()


def create(options, *, origin, flags=0x45, rp_id=None, algorithm=ES256, key=None, cose=None, credential_id=None, client=None,
           fmt="none", behind=b"", auth_behind=b"", aaguid=bytes(16), transports=("internal",), attachment="platform", whole=None, statement=None):  # fmt: skip
    """The JSON that a page posts. Whatever is given stands in place of what would be right."""
    sign, right = key or new_key(algorithm)
    credential_id = secrets.token_bytes(32) if credential_id is None else credential_id
    data = {"type": "webauthn.create", "challenge": options["challenge"], "origin": origin, "crossOrigin": False} | (
        client or {}
    )
    client_data = written(data)
    raw_key = cose if isinstance(cose, bytes) else cbor2.dumps(cose or right)
    auth_data = sha256((rp_id or options["rp"]["id"]).encode()).digest() + bytes([flags]) + bytes(4)
    auth_data += aaguid + len(credential_id).to_bytes(2, "big") + credential_id + raw_key + auth_behind
    if statement is None:
        signed = auth_data + sha256(client_data).digest()
        statement = {"alg": (cose or right)[3], "sig": sign(signed)} if fmt == "packed" else {}
    attestation = cbor2.dumps({"fmt": fmt, "attStmt": statement, "authData": auth_data}) + behind
    made = {
        "id": b64(credential_id), "rawId": b64(credential_id), "type": "public-key", "authenticatorAttachment": attachment,
        "response": {"clientDataJSON": b64(client_data), "attestationObject": b64(attestation), "transports": list(transports)},
    }  # fmt: skip
    return json.dumps(made | (whole or {}))
