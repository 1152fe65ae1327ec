"""People who are signed in, each in a browser of their own."""

from itertools import count

import pytest
from django.test import Client

from authenticators.models import Authenticator
from sign_in import sessions, visits
from sign_in.browser import Browser
from tests import kinds

SERIALS = count()


@pytest.fixture
def stored(person):
    """Authenticators that a person has, made without their ceremony."""

    def store(whose=person, **fields):
        usual = {
            "kind": kinds.some_kind(),
            "external_id": f"made {next(SERIALS)}",
            "material": {},
            "added_by": "person",
        }
        return Authenticator.objects.create(profile=whose, **usual | fields)

    return store


@pytest.fixture
def signs_in():
    """A browser that somebody signs in with: the one given, or another."""

    def sign_in(one, client=None):
        client = client or Client()
        came = Browser(*(client.cookies[name].value if name in client.cookies else "" for name in COOKIES))
        opened = sessions.open(visit=visits.begin(), authenticator=one, browser=came)
        client.cookies["careid-session"], client.cookies["careid-known"] = opened.token, opened.known
        client.session_row = opened.session
        return client

    return sign_in


COOKIES = ("careid-session", "careid-known")


@pytest.fixture
def one(stored):
    return stored(name="Work phone")


@pytest.fixture
def here(one, signs_in):
    """Somebody who signed in just now, with `one`."""
    return signs_in(one)
