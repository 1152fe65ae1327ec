"""The sample service's side of OpenID Connect, by a library that others wrote, as the field's clients have it: authlib.

Authorization code flow with PKCE, its key as its proof, and back-channel logout, which the library leaves to its users.
"""

import time
from dataclasses import dataclass, field
from typing import Any, Final

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from django.http import HttpRequest, HttpResponse
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, RSAKey

from demo.service_keys import ALG

ACR: Final = "AAL2_OR_AAL3_ANY"
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
DUE: Final[jwt.ClaimsOption] = {"essential": True}
LEEWAY: Final = 60  # seconds
SEEN_MOST: Final = 1_000
WAIT: Final = 10  # seconds, for an answer


class Failed(Exception):
    """Nobody was signed in, or out. The words are for who reads the page."""


@dataclass(frozen=True)
class Told:
    """What the service was told of somebody who signed in."""

    claims: dict[str, Any]  # of the ID token
    userinfo: dict[str, Any]
    id_token: str
    at: float = field(default_factory=time.time)


class RelyingParty:
    """One client of one issuer. Nothing is asked of the issuer before somebody comes."""

    def __init__(self, *, issuer: str, client_id: str, scopes: tuple[str, ...], key: bytes) -> None:
        self.issuer, self.client_id = issuer, client_id
        private = RSAKey.import_key(key)
        self.app = DjangoOAuth2App(
            DjangoIntegration("careid"),
            client_id=client_id,
            client_secret=private,
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": " ".join(scopes),
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "private_key_jwt",
                "default_timeout": WAIT,
                "trust_env": False,  # a proxy has no way to this machine
            },
            client_auth_methods=[PrivateKeyJWT(alg=ALG, headers={"kid": private.thumbprint()})],
        )
        self.seen: dict[str, int] = {}  # each logout token's `jti`, and when the token ends

    def begin(self, request: HttpRequest, redirect_uri: str) -> HttpResponse:
        """To the issuer. `request.session` keeps state, nonce and verifier."""
        try:
            made: HttpResponse = self.app.authorize_redirect(request, redirect_uri, acr_values=ACR)
        except (requests.RequestException, RuntimeError) as error:
            raise Failed("Care ID does not answer.") from error
        return made

    def finish(self, request: HttpRequest) -> Told:
        """Back from the issuer: redeem the code, check the ID token, ask for userinfo. Failed, whatever goes wrong."""
        if request.GET.get("iss") != self.issuer:  # RFC 9207, 2.4
            raise Failed("The answer is of another issuer.")
        expected = {"iss": {"values": [self.issuer]}, "aud": {"essential": True, "values": [self.client_id]}}
        try:
            token = self.app.authorize_access_token(request, claims_options=expected, leeway=LEEWAY)
            claims, userinfo = dict(token["userinfo"]), dict(self.app.userinfo(token=token))
        except OAuthError as error:
            raise Failed(f"Care ID says: {error.error}. {error.description or ''}") from error
        except (requests.RequestException, JoseError, ValueError, KeyError) as error:
            raise Failed("What Care ID answered is not as it should be.") from error
        if userinfo.get("sub") != claims["sub"]:  # OpenID Connect Core, 5.3.2
            raise Failed("The two answers are of two people.")
        return Told(claims, userinfo, token["id_token"])

    def leave(self, request: HttpRequest, told: Told, back: str) -> HttpResponse:
        """To the issuer's end of session (RP-Initiated Logout, 2). Failed where it does not answer or has none."""
        try:
            made: HttpResponse = self.app.logout_redirect(
                request, post_logout_redirect_uri=back, id_token_hint=told.id_token
            )
        except (requests.RequestException, RuntimeError) as error:
            raise Failed("You have signed out here, but Care ID does not answer.") from error
        return made

    def signed_out(self, token: str) -> dict[str, Any]:
        """The claims of a logout token (Back-Channel Logout, 2.4 and 2.6). Failed where it is none, or came before."""
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss=DUE | {"value": self.issuer},
            aud=DUE | {"value": self.client_id},
            iat=DUE,
            exp=DUE,
            jti=DUE,
            events=DUE,
        )
        try:
            claims = self._decoded(token).claims
            registry.validate(claims)
        except (requests.RequestException, JoseError, ValueError) as error:
            raise Failed("The logout token does not verify.") from error
        of_whom = claims.get("sid") or claims.get("sub")
        is_one = isinstance(claims["events"], dict) and isinstance(claims["events"].get(EVENT), dict)
        if not (is_one and of_whom) or "nonce" in claims or not self._is_new(claims):
            raise Failed("The logout token is not one, or came before.")
        return claims

    def _decoded(self, token: str) -> jwt.Token:
        """Its signature checked; an unknown key has the issuer's keys fetched again, once."""
        try:
            return jwt.decode(token, KeySet.import_key_set(self.app.fetch_jwk_set()), algorithms=["RS256"])
        except InvalidKeyIdError:
            return jwt.decode(token, KeySet.import_key_set(self.app.fetch_jwk_set(force=True)), algorithms=["RS256"])

    def _is_new(self, claims: dict[str, Any]) -> bool:
        now = time.time()
        self.seen = {jti: until for jti, until in self.seen.items() if until + LEEWAY > now}
        is_new = claims["jti"] not in self.seen and len(self.seen) < SEEN_MOST
        self.seen[claims["jti"]] = claims["exp"]
        return is_new
