"""Services that rely on us, and people who are signed in."""

import pytest
from django.test import Client as Browser

from sign_in import sessions, visits
from sign_in.browser import Browser as Came
from tests import kinds
from tests.provider import relying as parties
from tests.provider.conformance.fixtures import *  # noqa: F403  a strict party, for the plans, traps and clients


@pytest.fixture
def relying(db):
    """`relying(method, **fields)`: a client, with what it keeps and sends (`tests/provider/relying.py`)."""
    return parties.make


@pytest.fixture
def rp(relying):
    """One that proves itself by a secret in the body."""
    return relying()


@pytest.fixture
def signed_in(db):
    """`signed_in(person, browser=None, kind=…, …)`: a browser in which this person signed in just now.

    It has what they signed in with as `one`, and the session's row as `session_row`.
    """

    def sign_in(person, browser=None, *, one=None, **fields):
        browser = browser or Browser()
        one = one or stored(person, **fields)
        came = Came(*(browser.cookies[name].value if name in browser.cookies else "" for name in COOKIES))
        opened = sessions.open(visit=visits.begin(), authenticator=one, browser=came)
        browser.cookies["careid-session"], browser.cookies["careid-known"] = opened.token, opened.known
        browser.session_row, browser.one = opened.session, one
        return browser

    return sign_in


def stored(person, *, kind="", **fields):
    """What a person signs in with, made without its ceremony."""
    return kinds.way(kind or kinds.some_kind()).stored(person, **fields)


COOKIES = ("careid-session", "careid-known")


@pytest.fixture
def one(person):
    """What `person` signs in with."""
    return stored(person)


@pytest.fixture
def here(person, one, signed_in):
    """A browser in which `person` signed in just now, with `one`."""
    return signed_in(person, one=one)
