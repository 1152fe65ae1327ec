"""Whatever comes in on the pages of signing in and of one's own account, an answer in words comes out, and no 500."""

import re
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from authenticators.models import Authenticator
from sign_in import sessions, visits
from sign_in.browser import Browser
from sign_in.models import Session, SignIn
from tests import kinds
from tests.test_bad_input import ODD, urlencoded

pytestmark = pytest.mark.django_db
PARTS = ("sign-in/", "sign-out/", "account/", "forgotten/")
FIELD = re.compile(r'<(?:input|button|select|textarea)[^>]* name="([^"]+)"')
COOKIES = ("VISIT_COOKIE", "HERE_COOKIE", "KNOWN_COOKIE", "WAY_COOKIE", "ATTEMPT_COOKIE")


def addresses(patterns=None, before=""):
    """Each address of ours below PARTS, as it is written in the URLconf."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from addresses(one.url_patterns, path)
        elif path.startswith(PARTS):
            yield f"/{path}"


ADDRESSES = list(addresses())


@pytest.fixture
def here(person):
    """Somebody who has signed in, at a browser that tells of a fault by its page."""
    one = Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="1", material={}, added_by="person"
    )
    client = Client(raise_request_exception=False)
    opened = sessions.open(visit=visits.begin(), authenticator=one, browser=Browser())
    client.cookies[settings.HERE_COOKIE] = opened.token
    client.cookies[settings.VISIT_COOKIE] = visits.begin().token
    return client


def at(address):
    """The path, of what they have themselves."""
    which = Session if "sessions/" in address else SignIn if "sign-ins/" in address else Authenticator
    return address.replace("<uuid:pk>", str(which.objects.get().pk))


def assert_plain(answer):
    assert answer.status_code < 500
    assert answer.status_code in {302, 409} or "data-page=" in answer.content.decode()


@pytest.mark.parametrize("address", ADDRESSES)
def test_odd_text_in_each_field_is_answered_in_words(address, here):
    path, page = at(address), here.get(at(address), follow=True).content.decode()
    visit = re.search(r'name="visit" value="([^"]+)"', here.get("/sign-in/").content.decode()).group(1)
    fields = {*FIELD.findall(page), "email", "password", "code", "credential"} - {"csrfmiddlewaretoken", "visit"}
    for odd in ODD.values():
        for of in (visit, odd):
            body = urlencoded([("visit", of), *((field, odd) for field in fields)])
            assert_plain(here.generic("POST", path, body, content_type="application/x-www-form-urlencoded"))


@pytest.mark.parametrize("address", ADDRESSES)
def test_so_it_is_in_the_address(address, here):
    for text in map(quote, ODD.values()):
        asked = "&".join(f"{name}={text}" for name in ("reason", "visit", "state", "then", "next"))
        assert_plain(here.get(f"{at(address)}?{asked}"))
        if "<" in address and text:
            assert here.get(address.replace("<uuid:pk>", text)).status_code in {400, 404}


@pytest.mark.parametrize("odd", ["x" * 43, "x" * 4_000, "\xe9\xff", "a\x00b"])
@pytest.mark.parametrize("cookie", COOKIES)
def test_so_it_is_in_a_cookie(cookie, odd, here):
    paths = [at(address) for address in ADDRESSES]
    here.cookies[getattr(settings, cookie)] = odd
    for path in paths:
        assert_plain(here.get(path))
    assert_plain(here.post("/sign-in/", {"visit": odd, "email": "ama@example.org", "password": odd}))
