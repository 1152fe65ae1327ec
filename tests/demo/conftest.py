"""A portal's side of a sign-in with the stand-in: by msal and PyJWT, and by hand."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import msal
import pytest
import requests

from demo.provider import Provider
from demo.provider_http import AUTHORITY, session
from demo.provider_rules import Client
from demo.provider_server import running


class Portal:
    tenant = "6c3b1c9e-0000-4000-8000-000000000001"
    client = Client("6c3b1c9e-0000-4000-8000-000000000002", "a made-up secret", "http://localhost/callback/")
    base = f"{AUTHORITY}/{tenant}"
    issuer = f"{base}/v2.0"

    def __init__(self, http):
        self.http = http
        self.app = msal.ConfidentialClientApplication(
            self.client.id,
            client_credential=self.client.secret,
            authority=self.base,
            instance_discovery=False,
            http_client=http,
        )

    def begin(self):
        return self.app.initiate_auth_code_flow(
            [], redirect_uri=self.client.redirect_uri, response_mode="query", prompt="login"
        )

    def came_back(self, response):
        """What the browser brings back."""
        assert response.status_code == 303
        assert response.headers["Location"].startswith(f"{self.client.redirect_uri}?")
        return dict(parse_qsl(urlsplit(response.headers["Location"]).query))

    def choose(self, flow, account):
        page = requests.post(flow["auth_uri"], {"account": account}, timeout=60, allow_redirects=False)
        return self.came_back(page)

    def sign_in(self, account):
        flow = self.begin()
        return self.app.acquire_token_by_auth_code_flow(flow, self.choose(flow, account))

    def read(self, token):
        published = jwt.PyJWKSet.from_dict(self.http.get(f"{self.base}/discovery/v2.0/keys", timeout=60).json())
        key = published[jwt.get_unverified_header(token)["kid"]]
        return jwt.decode(token, key, algorithms=["RS256"], audience=self.client.id, issuer=self.issuer)

    def ask(self, **changes):
        """The sign-in page's address with one thing otherwise; None leaves it out."""
        address = urlsplit(self.begin()["auth_uri"])
        asked = {name: word for name, word in (dict(parse_qsl(address.query)) | changes).items() if word is not None}
        return requests.get(address._replace(query=urlencode(asked)).geturl(), timeout=60, allow_redirects=False)

    def redeem(self, account="works", changes=(), timeout=60, **options):
        """Redeem a code of this account; what `changes` names is said otherwise than it should be."""
        flow = self.begin()
        asked = {
            "grant_type": "authorization_code",
            "code": self.choose(flow, account)["code"],
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": flow["code_verifier"],
            "client_id": self.client.id,
            "client_secret": self.client.secret,
            **dict(changes),
        }
        given = {name: word for name, word in asked.items() if word is not None}
        token = f"{self.base}/oauth2/v2.0/token"
        return self.http.post(token, given, timeout=timeout, allow_redirects=False, **options)


@pytest.fixture(scope="module")
def provider():
    with running(Provider(tenant=Portal.tenant, client=Portal.client)) as provider:
        yield provider


@pytest.fixture(scope="module")
def portal(provider):
    with session(provider.port) as http:
        yield Portal(http)
