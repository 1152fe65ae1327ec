"""The stand-in provider, and a visitor that signs in there."""

import pytest

from tests.authenticators.nhsnet import way

ADD = "/authenticators/nhsnet/"


@pytest.fixture
def provider(settings, monkeypatch):
    with way.site(settings, monkeypatch) as provider:
        yield provider


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
        return way.chosen(address or leave(visitor), account)

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
        return way.stored(person, account, **fields)

    return linked


@pytest.fixture
def depart(provider):
    """Press the button on the page of the ways to sign in: returns what that answers."""
    return way.departed


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
