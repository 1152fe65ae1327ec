"""The stand-in provider, which signs real tokens, and a visitor that signs in there."""

import re
from urllib.parse import urlsplit

import pytest
import requests

from authenticators.models import Authenticator
from authenticators.nhsnet import flows
from demo.provider import Provider
from demo.provider_accounts import BY_KEY
from demo.provider_rules import Client
from demo.provider_server import running
from tests.environment import ENVIRONMENT

ADD = "/authenticators/nhsnet/"
SIGN_IN = "/sign-in/nhsnet/"


@pytest.fixture
def provider(settings, monkeypatch):
    client = Client(
        ENVIRONMENT["NHSNET_CLIENT_ID"], ENVIRONMENT["NHSNET_CLIENT_SECRET"], f"http://localhost{ADD}callback/"
    )
    with running(Provider(tenant=ENVIRONMENT["NHSNET_TENANT_ID"], client=client)) as provider:
        monkeypatch.setenv("NHSNET_DEMO_PORT", str(provider.port))
        settings.NHSNET_HTTP = "demo.provider_http.session"
        settings.NHSNET_SIGN_IN_ORIGIN = provider.browser
        flows._provider.cache_clear()
        yield provider
    flows._provider.cache_clear()


@pytest.fixture
def leave(provider):
    """Tick and continue: returns the address of the sign-in."""

    def leave(visitor):
        response = visitor.client.post(ADD, {"sole_access": "on"})
        assert response.status_code == 302, response.content.decode()
        return response.url

    return leave


@pytest.fixture
def sign_in(provider, leave):
    """Leave, choose an account there, and return the path and query that come back."""

    def sign_in(visitor, account="works", address=None):
        back = requests.post(address or leave(visitor), {"account": account}, timeout=60, allow_redirects=False)
        assert back.status_code == 303, back.text
        parts = urlsplit(back.headers["Location"])
        return f"{parts.path}?{parts.query}"

    return sign_in


@pytest.fixture
def link(sign_in):
    """The whole way: the answer to what came back."""

    def link(visitor, account="works"):
        return visitor.client.get(sign_in(visitor, account))

    return link


@pytest.fixture
def linked():
    """An account that is on a profile already."""

    def linked(person, account="works", **fields):
        tenant = ENVIRONMENT["NHSNET_TENANT_ID"]
        return Authenticator.objects.create(
            profile=person,
            kind="nhsnet",
            external_id=f"{tenant}:{BY_KEY[account].oid}",
            details={"tenant": tenant},
            **{"material": {"address": "old@nhs.net"}, "added_by": "person", **fields},
        )

    return linked


@pytest.fixture
def depart(provider):
    """Press the button on the page of the ways to sign in: returns what that answers."""

    def depart(visitor):
        page = visitor.client.get("/sign-in/").content.decode()
        return visitor.client.post(SIGN_IN, {"visit": re.search(r'name="visit" value="([^"]+)"', page).group(1)})

    return depart


@pytest.fixture
def prove(depart, sign_in):
    """Depart, choose an account there, and return the path and query that come back."""

    def prove(visitor, account="works"):
        left = depart(visitor)
        assert left.status_code == 302, left.content.decode()
        return sign_in(visitor, account, address=left.url)

    return prove


@pytest.fixture
def come_in(prove):
    """The whole way: the answer to what came back."""

    def come_in(visitor, account="works"):
        return visitor.client.get(prove(visitor, account))

    return come_in
