"""authlib's client signs in here as breast screening uses it: by a key, whose thumbprint it names."""

import secrets

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.contract.relying import BACK
from tests.provider.conformance.suite import jwk

SCOPE = "openid profile email nhsperson associatedorgs"


@pytest.fixture(params=["RS512", "RS256"])
def service(request, ours):
    one = ours.clients[request.param]
    pem = one.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    session = OAuth2Session(
        one.id,
        pem,
        scope=SCOPE,
        redirect_uri=BACK,
        token_endpoint_auth_method="private_key_jwt",
        code_challenge_method="S256",
    )
    session.trust_env = False
    session.register_client_auth_method(
        PrivateKeyJWT(f"{ours.issuer}/access_token", headers={"kid": jwk(one.private)["kid"]}, alg=request.param)
    )
    return session


def test_it_signs_somebody_in(service, ours, someone):
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    asked = {"prompt": "login", "acr_values": "AAL2_OR_AAL3_ANY", "nonce": nonce, "code_verifier": verifier}
    address, state = service.create_authorization_url(f"{ours.issuer}/authorize", **asked)
    back = someone.go(address, BACK)
    given = {"authorization_response": back, "state": state, "code_verifier": verifier}
    token = service.fetch_token(f"{ours.issuer}/access_token", **given)
    keys = KeySet.import_key_set(requests.get(f"{ours.issuer}/connect/jwk_uri", timeout=5).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
    rules = {"iss": ours.issuer, "aud": service.client_id, "nonce": nonce, "sub": None, "exp": None, "iat": None}
    jwt.JWTClaimsRegistry(
        **{name: {"essential": True} | ({"value": value} if value else {}) for name, value in rules.items()}
    ).validate(claims)
    told = service.get(f"{ours.issuer}/userinfo").json()
    assert told["sub"] == claims["sub"]
    assert int(claims["id_assurance_level"]) >= 3
    assert int(claims["authentication_assurance_level"]) >= 2
    assert all(told[name] for name in ("email", "given_name", "family_name"))
