"""A relying party that takes nothing on trust, as the OpenID Foundation's suite plays one: it checks all that it is told."""

import base64
import json
import secrets
import time
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings
from django.test import Client as Line
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from careid.people.services import Service
from provider import registering
from provider.models import Client
from tests.visitors import Visitor

REDIRECT = "https://party.example.org/callback"
AFTER = "https://party.example.org/signed-out"
SCOPES = ["openid", "profile", "email", "nhsperson", "nationalrbacaccess", "associatedorgs"]
ASSERTED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SKEW = 60  # seconds


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def key(sort="RSA", number=0):
    """A client's private key, made once in a run; another one for another number."""
    return _key(sort, number)


@cache
def _key(sort, number):
    return ec.generate_private_key(ec.SECP256R1()) if sort == "EC" else rsa.generate_private_key(65537, 2048)


def jwk(private):
    """What is published of a key, with its thumbprint (RFC 7638) for a name."""
    algorithm = ECAlgorithm if isinstance(private, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    published = json.loads(algorithm.to_jwk(private.public_key()))
    published.pop("key_ops", None)
    needed = {name: published[name] for name in sorted({"crv", "kty", "x", "y", "e", "n"} & set(published))}
    return published | {"use": "sig", "kid": b64(sha256(json.dumps(needed, separators=(",", ":")).encode()).digest())}


def challenge(verifier):
    return b64(sha256(verifier.encode()).digest())


def registered(method="client_secret_basic", **fields):
    """The row of a relying party that proves itself in this way, as an operator registers it, and its secret."""
    service, _ = Service.objects.get_or_create(name=fields.pop("name", "Example Service"))
    values = {
        "client_id": f"{secrets.randbelow(10**12):012}.apps.national",
        "token_endpoint_auth_method": method,
        "redirect_uris": [REDIRECT],
        "post_logout_redirect_uris": [AFTER],
        "scopes": SCOPES,
        "default_acr_values": "AAL2_ANY",
        "needs_pkce": method == "none",
    }
    row = Client(service=service, **values | fields)
    return row, registering.add(client=row, by="system")


@dataclass
class Tokens:
    """What a token request gave, once all of it was found right."""

    access: str
    id_token: str
    claims: dict[str, Any]


@dataclass
class Party:
    """A relying party, and the browser of who signs in to it."""

    row: Client
    secret: str = ""
    private: Any = None
    alg: str = "RS512"
    browser: Visitor = field(default_factory=Visitor)
    line: Line = field(default_factory=Line)
    asked: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def about(self):
        answer = self.line.get(f"{settings.ISSUER_PATH}/.well-known/openid-configuration")
        assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, "application/json")
        return answer.json()

    def path(self, name):
        """Where this endpoint of discovery's is, on this machine."""
        if not self.places:
            self.places |= self.about()
        return urlsplit(self.places[name]).path

    def question(self, **changes):
        """The parameters of an authorization request; None leaves one out."""
        asked = {
            "response_type": "code",
            "client_id": self.row.client_id,
            "redirect_uri": self.row.redirect_uris[0],
            "scope": "openid",
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
        } | changes
        self.asked = {name: word for name, word in asked.items() if word is not None}
        return self.asked

    def ask(self, **changes):
        return self.browser.client.get(f"{self.path('authorization_endpoint')}?{urlencode(self.question(**changes))}")

    def follow(self, answer, one=None):
        """Go on until a page, or what leads back to the party; sign in with this authenticator where that is asked."""
        for _ in range(10):
            to = answer.headers.get("Location", "")
            if answer.status_code not in {302, 303} or not to.removeprefix(settings.ORIGIN).startswith("/"):
                return answer
            to = to.removeprefix(settings.ORIGIN)
            answer = self.browser.sign_in(one) if to == "/sign-in/" and one else self.browser.client.get(to)
        raise AssertionError("it leads round in a circle")

    def came_back(self, answer):
        """What the browser brings: by a redirect to the very address that was asked for, of the issuer, with the state."""
        assert answer.status_code in {302, 303}, answer.content.decode()
        to, wanted = urlsplit(answer.headers["Location"]), urlsplit(self.asked["redirect_uri"])
        assert (to.scheme, to.netloc, to.path, to.fragment) == (wanted.scheme, wanted.netloc, wanted.path, "")
        pairs, own = parse_qsl(to.query, keep_blank_values=True), parse_qsl(wanted.query, keep_blank_values=True)
        assert pairs[: len(own)] == own
        back = dict(pairs[len(own) :])
        assert len(back) == len(pairs) - len(own), "a parameter came twice"
        assert back.pop("iss") == self.about()["issuer"]
        assert back.pop("state", None) == self.asked.get("state")
        return back

    def code(self, one=None, **changes):
        """A code, by a whole sign-in, or at once where the browser's person is here."""
        back = self.came_back(self.follow(self.ask(**changes), one))
        assert set(back) == {"code"}, back
        assert len(back["code"]) >= 43  # 256 bits
        return back["code"]

    def error(self, answer):
        """The error that came back in place of a code."""
        back = self.came_back(answer)
        assert set(back) <= {"error", "error_description", "error_uri"}, back
        return back["error"]

    def assertion(self, audience=None, headers=None, **claims):
        now = int(time.time())
        said = {"iss": self.row.client_id, "sub": self.row.client_id, "aud": audience or self.about()["token_endpoint"]}
        said |= {"jti": secrets.token_hex(16), "iat": now, "exp": now + 180} | claims
        headers = {"kid": jwk(self.private)["kid"]} if headers is None else headers
        return jwt.encode(said, self.private, self.alg, headers=headers)

    def proof(self):
        """Who is asking, as this party proves it: fields of the form, and headers."""
        method, whose = self.row.token_endpoint_auth_method, self.row.client_id
        if method == "client_secret_basic":
            basic = base64.b64encode(f"{whose}:{self.secret}".encode()).decode()
            return {}, {"Authorization": f"Basic {basic}"}
        by = {"client_secret_post": lambda: {"client_secret": self.secret}, "none": dict}
        keyed = lambda: {"client_assertion_type": ASSERTED, "client_assertion": self.assertion()}  # noqa: E731
        return {"client_id": whose} | by.get(method, keyed)(), {}

    def post(self, endpoint, fields):
        proof, headers = self.proof()
        body = {name: word for name, word in {**proof, **fields}.items() if word is not None}
        return self.line.post(
            self.path(endpoint), urlencode(body), "application/x-www-form-urlencoded", headers=headers
        )

    def redeem(self, code, **changes):
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.asked["redirect_uri"]}
        return self.post("token_endpoint", given | changes)

    def sign_in(self, one=None, **changes):
        """A whole sign-in: what it gave, checked."""
        from tests.provider.conformance.checks import tokens

        verifier = secrets.token_urlsafe(48)
        if changes.pop("pkce", self.row.needs_pkce):
            changes |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
        code = self.code(one, **changes)
        return tokens(self, self.redeem(code, **({"code_verifier": verifier} if "code_challenge" in changes else {})))

    def userinfo(self, access):
        return self.line.get(self.path("userinfo_endpoint"), headers={"Authorization": f"Bearer {access}"})
