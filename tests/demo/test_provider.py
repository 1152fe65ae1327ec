"""The stand-in NHS.net sign-in, by msal and PyJWT as production uses them, and by hand where it must refuse."""

import json
import subprocess
import sys
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import msal
import pytest
import requests

from careid.demo.provider import Provider
from careid.demo.provider_accounts import ACCOUNTS, BY_KEY, OTHER_TENANT
from careid.demo.provider_http import AUTHORITY, session
from careid.demo.provider_rules import Client
from careid.demo.provider_server import running

pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended")
TENANT = "6c3b1c9e-0000-4000-8000-000000000001"
CLIENT = Client("6c3b1c9e-0000-4000-8000-000000000002", "a made-up secret", "http://localhost/callback/")


@pytest.fixture(scope="module")
def provider():
    with running(Provider(tenant=TENANT, client=CLIENT)) as provider:
        yield provider


@pytest.fixture(scope="module")
def http(provider):
    with session(provider.port) as http:
        yield http


@pytest.fixture(scope="module")
def app(http):
    return msal.ConfidentialClientApplication(
        CLIENT.id,
        client_credential=CLIENT.secret,
        authority=f"{AUTHORITY}/{TENANT}",
        instance_discovery=False,
        http_client=http,
    )


def begin(app):
    return app.initiate_auth_code_flow(
        ["email"], redirect_uri=CLIENT.redirect_uri, response_mode="query", prompt="login"
    )


def choose(address, account):
    """What comes back to the portal once this account was chosen."""
    page = requests.get(address, timeout=5)
    assert f'value="{account}"' in page.text
    back = requests.post(address, {"account": account}, timeout=5, allow_redirects=False)
    assert back.headers["Location"].startswith(CLIENT.redirect_uri + "?")
    return dict(parse_qsl(urlsplit(back.headers["Location"]).query))


def sign_in(app, account):
    flow = begin(app)
    return app.acquire_token_by_auth_code_flow(flow, choose(flow["auth_uri"], account))


def read(http, token):
    published = jwt.PyJWKSet.from_dict(http.get(f"{AUTHORITY}/{TENANT}/discovery/v2.0/keys", timeout=5).json())
    key = published[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, algorithms=["RS256"], audience=CLIENT.id, issuer=f"{AUTHORITY}/{TENANT}/v2.0")


def test_msal_signs_in_and_the_token_is_whole(app, http):
    claims = read(http, sign_in(app, "works")["id_token"])
    assert claims["email"] == claims["preferred_username"] == "amina.okafor@northfield.example.org"
    assert (claims["ver"], claims["tid"], claims["acct"], claims["amr"]) == ("2.0", TENANT, 0, ["pwd", "mfa"])
    assert claims["oid"] == BY_KEY["works"].oid
