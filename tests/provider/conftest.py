"""Services that rely on us, and people who are signed in."""

from itertools import count

import pytest
from django.test import Client as Browser

from authenticators.models import Authenticator
from sign_in import sessions, visits
from sign_in.browser import Browser as Came
from tests import kinds
from tests.provider import relying as parties

SERIALS = count()


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


def stored(person, **fields):
    """What a person signs in with, made without its ceremony."""
    usual = {"kind": kinds.some_kind(), "external_id": f"made {next(SERIALS)}", "material": {}, "added_by": "person"}
    return Authenticator.objects.create(profile=person, **usual | fields)


COOKIES = ("careid-session", "careid-known")


@pytest.fixture
def here(person, signed_in):
    """A browser in which `person` signed in just now."""
    return signed_in(person)
