"""Signing in once more for what can't be undone, by the pages of a kind: it comes back to what somebody was about to do."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from authenticators.models import Authenticator
from sign_in.models import SignIn
from tests import kinds
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
KIND = kinds.some_kind()


@pytest.fixture
def phone(person):
    return kinds.way(KIND).stored(person, name="Phone")


@pytest.fixture
def tablet(person):
    return kinds.way(KIND).stored(person, name="Tablet")


class Later:
    """Ten minutes on, each time that it is asked: a code works once."""

    def __init__(self):
        self.now = timezone.now()

    def __call__(self):
        self.now += timedelta(minutes=10)
        return time_machine.travel(self.now)


@pytest.fixture
def later():
    return Later()


def remove(one):
    return f"/account/{one.pk}/remove/"


def test_who_removes_one_signs_in_with_another_and_comes_back_to_it(visitor, phone, tablet, later):
    visitor.sign_in(phone)
    with later():
        assert visitor.client.post(remove(tablet)).url == "/sign-in/"
        assert "Sign in once more" in visitor.page("/sign-in/")
        assert visitor.sign_in(phone).url == remove(tablet)
        assert "Remove it now" in visitor.page(remove(tablet))
        visitor.client.post(remove(tablet))
    assert Authenticator.objects.get(pk=tablet.pk).state == "revoked"


def test_who_signs_in_with_what_is_to_go_is_asked_for_the_other_one(visitor, phone, tablet, later):
    visitor.sign_in(phone)
    with later():
        visitor.client.post(remove(tablet))
        assert visitor.sign_in(tablet).url == remove(tablet)
        asks = visitor.page(remove(tablet))
    assert "Remove it now" not in asks
    assert "Phone" in asks


def test_somebody_elses_sign_in_comes_to_their_own_account(visitor, phone, tablet, make_person, later):
    other = kinds.way(KIND).stored(make_person(), name="Other")
    visitor.sign_in(phone)
    with later():
        visitor.client.post(remove(tablet))
        assert visitor.sign_in(other).url == "/account/"
        assert visitor.client.get(remove(tablet)).status_code == 404


def test_who_adds_another_signs_in_and_goes_on_without_a_code(visitor, phone, later):
    visitor.sign_in(phone)
    with later():
        assert visitor.client.post("/account/add/").url == "/sign-in/"
        assert visitor.sign_in(phone).url == "/account/add/"
        assert "We do not need to email you a code" in visitor.page("/account/add/")
        assert visitor.client.post("/account/add/").url == "/authenticators/"
        visitor.go_on(KIND)
        done = visitor.finish().url
        assert 'data-page="done"' in visitor.page(done)
    added = Authenticator.objects.latest("added_at")
    assert added.usable_from == added.added_at
    with later():
        assert Visitor().sign_in(added).url == "/account/"


def test_the_session_is_the_same_after_signing_in_once_more(visitor, phone, tablet, later):
    visitor.sign_in(phone)
    with later():
        visitor.client.post(remove(tablet))
        visitor.sign_in(phone)
    assert SignIn.objects.values("session").distinct().count() == 1
