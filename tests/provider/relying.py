"""A service that relies on us, as the tests meet it: its row, what it keeps, and what it sends."""

import base64
import secrets
import time
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings
from django.test import Client as Browser
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from careid.people.services import Service
from careid.storing import crypto
from provider import pkce
from provider.models import Client

SCOPES = (
    "openid",
    "profile",
    "email",
    "nhsperson",
    "nationalrbacaccess",
    "associatedorgs",
    "selectedrole",
    "changedrole",
)
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"  # RFC 7523, 2.2
FORM = "application/x-www-form-urlencoded"
METHODS = ("client_secret_post", "client_secret_basic", "private_key_jwt", "none")


@lru_cache
def private_key(alg="RS512"):
    """A key made for this run, one for all that sign with the same sort of key."""
    return _ec_key() if alg == "ES256" else _rsa_key()


@lru_cache
def _rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@lru_cache
def _ec_key():
    return ec.generate_private_key(ec.SECP256R1())


def public_jwk(key, **more):
    made = (ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm).to_jwk(
        key.public_key(), as_dict=True
    )
    return {name: value for name, value in made.items() if name != "key_ops"} | {"use": "sig", **more}


@dataclass
class Relying:
    """One client. Each method sends what its own library would; what is given by name is sent instead, None leaves it out."""

    row: Client
    secret: str = ""
    key: object = None
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def redirect_uri(self):
        return self.row.redirect_uris[0]

    def asks(self, **more):
        """The parameters of an authorization request."""
        usual = {
            "response_type": "code",
            "client_id": self.row.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile",
            "state": "some state",
            "nonce": "some nonce",
            "code_challenge": pkce.of(self.verifier),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (usual | more).items() if value is not None}

    def authorize(self, browser, **more):
        """The answer to an authorization request in this browser."""
        return browser.get(f"{settings.ISSUER_PATH}/authorize", self.asks(**more))

    def code(self, browser, **more):
        """A code, of whoever is signed in in this browser."""
        answer = self.authorize(browser, **more)
        assert answer.status_code == 302, answer.content.decode()
        return told(answer)["code"]

    def redeem(self, code, **more):
        """The answer of the token endpoint to this code."""
        usual = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return self.post("/access_token", **(usual | more))

    def tokens(self, browser, **more):
        """What the token endpoint gives for a sign-in of whoever is here."""
        answer = self.redeem(self.code(browser, **more))
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def userinfo(self, token, browser=None):
        return (browser or Browser()).get(
            f"{settings.ISSUER_PATH}/userinfo", headers={"Authorization": f"Bearer {token}"}
        )

    def post(self, path, **fields):
        """The answer of an endpoint that asks who the client is."""
        form, headers = self.credentials()
        sent = {name: value for name, value in (form | fields).items() if value is not None}
        return Browser().post(f"{settings.ISSUER_PATH}{path}", urlencode(sent), content_type=FORM, headers=headers)

    def credentials(self, **claims):
        """What proves this client: the fields of a form, and the headers. `claims` are those of its assertion."""
        method = self.row.token_endpoint_auth_method
        if method == "private_key_jwt":
            return {"client_assertion_type": BEARER, "client_assertion": self.assertion(**claims)}, {}
        if method == "client_secret_basic":
            both = f"{quote(self.row.client_id, safe='')}:{quote(self.secret, safe='')}"
            return {}, {"Authorization": f"Basic {base64.b64encode(both.encode()).decode()}"}
        own = {"client_secret": self.secret} if method == "client_secret_post" else {}
        return {"client_id": self.row.client_id, **own}, {}

    def assertion(self, *, alg=None, key=None, headers=None, **claims):
        """A signed assertion (RFC 7523, 3)."""
        now = int(time.time())
        usual = {
            "iss": self.row.client_id,
            "sub": self.row.client_id,
            "aud": f"{settings.ISSUER}/access_token",
            "jti": uuid4().hex,
            "iat": now,
            "exp": now + 300,
        }
        made = {name: value for name, value in (usual | claims).items() if value is not None}
        algorithm = alg or self.row.token_endpoint_auth_signing_alg
        return jwt.encode(made, key or self.key, algorithm=algorithm, headers=headers)


def told(answer):
    """What an answer's redirect tells, by name."""
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def make(method="client_secret_post", **fields):
    """A client of this authentication, that takes AAL2 where it asks for no level."""
    serial = Client.objects.count() + 1
    alg = fields.get("token_endpoint_auth_signing_alg", "RS512")
    key = private_key(alg) if method == "private_key_jwt" else None
    secret = secrets.token_urlsafe(32) if method.startswith("client_secret") else ""
    usual = {
        "client_id": f"{serial:012}.apps.national",
        "token_endpoint_auth_method": method,
        "secret_hash": crypto.token_hash(secret) if secret else None,
        "jwks": {"keys": [public_jwk(key)]} if key else None,
        "redirect_uris": [f"https://service{serial}.example.nhs.uk/back"],
        "scopes": list(SCOPES),
        "default_acr_values": "AAL2_ANY",
    }
    if "service" not in fields:
        usual["service"] = Service.objects.create(name=f"Sample service {serial}")
    return Relying(Client.objects.create(**usual | fields), secret, key)
