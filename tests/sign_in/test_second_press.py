"""The second of two presses gets the first one's session. Whoever holds no more than the visit's cookie does not."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from sign_in import journey, sessions, tokens, visits
from sign_in.browser import Browser, new_token
from sign_in.models import Visit
from tests import kinds

pytestmark = pytest.mark.django_db
PAGES = [reverse(kind.sign_in.url) for kind in KINDS.values() if kind.sign_in]
TYPED = {"code": "123456", "csrfmiddlewaretoken": "of this page"}


@pytest.fixture
def mine(person):
    return Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="1", material={}, added_by="person"
    )


def pressed(token, **typed):
    """The visit of this cookie, as the request of a press reads it."""
    request = RequestFactory().post("/sign-in/", typed)
    request.COOKIES["careid-visit"] = token
    return visits.found(request) or visits.current(request)


@pytest.fixture
def opened(mine):
    token = new_token()
    return token, sessions.open(visit=pressed(token, **TYPED), authenticator=mine, browser=Browser())


def test_the_same_press_once_more_gets_the_same_session(opened):
    token, first = opened
    assert tokens.given(pressed(token, **TYPED)) == first.token


def test_the_same_press_once_more_keeps_the_browser_known_and_the_way(opened, mine):
    token, first = opened
    answer = journey.again(pressed(token, **TYPED))
    kept = {name: answer.cookies[f"careid-{name}"].value for name in ("session", "known", "way")}
    assert kept == {"session": first.token, "known": first.known, "way": mine.kind}


def test_a_browser_that_was_known_keeps_its_word(mine):
    token, word = new_token(), new_token()
    sessions.open(visit=pressed(token, **TYPED), authenticator=mine, browser=Browser(known=word))
    assert "careid-known" not in journey.again(pressed(token, **TYPED)).cookies


@pytest.mark.parametrize("other", [{"code": "123457"}, {"csrfmiddlewaretoken": "of another page"}, {"more": ""}])
def test_another_press_of_the_same_visit_gets_none(opened, other):
    token, _ = opened
    assert tokens.given(pressed(token, **TYPED | other)) == ""


@pytest.mark.parametrize("page", PAGES)
def test_a_copy_of_a_visits_cookie_takes_over_nobodys_session(page, opened):
    token, _ = opened
    thief = Client()
    thief.cookies["careid-visit"] = token
    for answer in (thief.post(page, {"visit": Visit.objects.get().pk, "code": "000000"}), thief.get(page)):
        assert "careid-session" not in answer.cookies
    assert thief.get(reverse("account")).status_code == 302
