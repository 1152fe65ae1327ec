"""Signing in with NHS.net Connect (OpenID Connect, authorization code with PKCE): a flow out, an account in.

msal makes the flow and redeems the code; what msal leaves to its caller stands in `tokens`.
"""

import json
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import jwt
import msal
import requests

from authenticators.nhsnet import tokens
from authenticators.nhsnet.back_channel import Client, Read
from authenticators.nhsnet.outcomes import outcome
from authenticators.nhsnet.tokens import Account, Expected, Rejected
from authenticators.nhsnet.words import Why
from careid.fetching import fetcher
from careid.fetching.fetcher import Answer, Fault, Unreachable

warnings.filterwarnings("ignore", "response_mode='form_post'")  # such a POST comes without our SameSite=Lax cookie
DAY: Final = 86_400  # seconds
REFRESH: Final = 60  # seconds between two fetches of the keys, however many unknown ones are named
DOMAIN: Final = "nhs.net"  # takes the person to the right sign-in page at once


@dataclass(frozen=True)
class Tenant:
    """Whose accounts, and how this portal is known there."""

    authority: str
    tenant_id: str
    client_id: str
    credential: str = field(repr=False)  # the secret, or the private key and certificate as PEM
    redirect_uri: str
    sign_in_origin: str
    require_mfa: bool = False

    @property
    def address(self) -> str:
        return f"{self.authority}/{self.tenant_id}"

    @property
    def issuer(self) -> str:
        return f"{self.address}/v2.0"

    @property
    def discovery(self) -> str:
        return f"{self.issuer}/.well-known/openid-configuration"


class NoTokens(msal.TokenCache):
    """Keeps none: the ID token is read once, and nothing is asked for with the others."""

    def add(self, event: Any, now: Any = None) -> None:
        """Keep nothing."""


class Provider:
    """The tenant's sign-in, with what is remembered of it between visits: its addresses and its keys."""

    def __init__(self, tenant: Tenant, *, session: Callable[[], requests.Session], at_once: int = 16) -> None:
        self.tenant = tenant
        self.client = Client(session, at_once)
        self._found: tuple[float, dict[str, Any], msal.ConfidentialClientApplication] | None = None
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = -float(DAY)
        self._one_fetches = threading.Lock()

    def begin(self, *, state: str | None = None, prompt: str = "login", max_age: int = 0) -> dict[str, Any]:
        """A flow to keep; under `auth_uri`, where to send the person. Raises Unreachable.

        `max_age`: seconds since they last signed in there, after which they are asked again (Core 1.0, 3.1.2.1).
        """
        with fetcher.within():
            _, app = self.discovered()
        flow: dict[str, Any] = app.initiate_auth_code_flow(
            ["email"],
            redirect_uri=self.tenant.redirect_uri,
            state=state,
            response_mode="query",
            prompt=prompt,  # with `login`, a colleague's open session is never bound
            domain_hint=DOMAIN,
            max_age=max_age,
        )
        del flow["max_age"]  # msal would refuse an ID token without `auth_time`, which Entra gives to who asks for it
        return flow | {"begun": time.time(), "age": max_age}

    def finish(self, *, flow: dict[str, Any], answer: Mapping[str, str]) -> Account:
        """Whose account came back with this flow's answer; the flow is spent. Raises Rejected and Unreachable."""
        with fetcher.within():
            document, app = self.discovered()
            self._check_issuer(answer, document)
            if "error" in answer:
                raise Rejected(*outcome(answer))
            expected = Expected(
                issuer=self.tenant.issuer,
                tenant_id=self.tenant.tenant_id,
                client_id=self.tenant.client_id,
                nonce=sha256(flow["nonce"].encode()).hexdigest(),  # msal sends the hash of the nonce
                require_mfa=self.tenant.require_mfa,
                since=flow.get("begun", 0) - flow.get("age", 0),
            )
            token = _redeem(app, flow, answer.get("code", ""))
            return tokens.check(token, expected=expected, find_key=lambda kid: self.key(kid, document))

    def _check_issuer(self, answer: Mapping[str, str], document: dict[str, Any]) -> None:
        """An answer says who issued it, where the provider says that its answers do (RFC 9207, 2.4)."""
        always = document.get("authorization_response_iss_parameter_supported") is True
        if answer.get("iss", "" if always else self.tenant.issuer) != self.tenant.issuer:
            raise Rejected(Why.MIX_UP)

    def discovered(self) -> tuple[dict[str, Any], msal.ConfidentialClientApplication]:
        """The tenant's addresses and msal's application, remembered for a day. Raises Unreachable."""
        if self._found is None or time.monotonic() - self._found[0] > DAY:
            answer = self.client.get(self.tenant.discovery)
            document = json.loads(answer.text)
            if answer.status_code != requests.codes.ok or not self._is_sound(document):
                raise Unreachable(Fault.RUBBISH)
            self._found = time.monotonic(), document, self._application(answer)
        return self._found[1], self._found[2]

    def _is_sound(self, document: dict[str, Any]) -> bool:
        own = urlsplit(self.tenant.authority)
        origins = {
            "authorization_endpoint": self.tenant.sign_in_origin,
            "token_endpoint": f"{own.scheme}://{own.netloc}",
            "jwks_uri": f"{own.scheme}://{own.netloc}",
        }
        return document.get("issuer") == self.tenant.issuer and all(
            str(document.get(name, "")).startswith(f"{origin}/") for name, origin in origins.items()
        )

    def _application(self, discovery: Answer) -> msal.ConfidentialClientApplication:
        """msal discovers on its own at construction: msal is given what was just read and found sound."""
        credential = self.tenant.credential
        pem = credential if "-----BEGIN" in credential else ""
        try:
            return msal.ConfidentialClientApplication(
                self.tenant.client_id,
                client_credential={"private_key": pem, "public_certificate": pem} if pem else credential,
                authority=self.tenant.address,
                instance_discovery=False,
                exclude_scopes=["offline_access"],
                token_cache=NoTokens(),
                http_client=Read(self.client, self.tenant.discovery, discovery),
            )
        except ValueError as error:  # the certificate's file was changed to something else
            raise Unreachable(Why.CREDENTIAL) from error

    def key(self, kid: str, document: dict[str, Any]) -> jwt.PyJWK | None:
        """The tenant's key of that id. The set is fetched when a key is unknown or a day old, once a minute at most."""
        if not self._one_fetches.acquire(timeout=fetcher.left()):
            raise Unreachable(Fault.SLOW)
        try:
            age = time.monotonic() - self._fetched
            if age > DAY or (kid not in self._keys and age > REFRESH):
                self._keys = self.fetch_keys(document)
                self._fetched = time.monotonic()
            return self._keys.get(kid)
        finally:
            self._one_fetches.release()

    def fetch_keys(self, document: dict[str, Any]) -> dict[str, jwt.PyJWK]:
        answer = self.client.get(document["jwks_uri"])
        keys = tokens.read_keys(json.loads(answer.text))
        if answer.status_code != requests.codes.ok or not keys:
            raise Unreachable(Fault.RUBBISH)
        return keys


def _redeem(app: msal.ConfidentialClientApplication, flow: dict[str, Any], code: str) -> Any:
    """The ID token for a code (OpenID Connect Core 1.0, 3.1.3); the other tokens are let go."""
    try:
        result = app.acquire_token_by_auth_code_flow(flow, {"state": flow["state"], "code": code})
    except RuntimeError as error:
        raise Rejected(Why.NONCE) from error
    except (ValueError, TypeError, LookupError, AttributeError) as error:  # what msal makes of rubbish
        raise Rejected(Why.MALFORMED) from error
    if "error" in result:
        raise Rejected(*outcome(result))
    return result.get("id_token")
