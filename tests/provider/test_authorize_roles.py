"""What a request comes to where a role is wanted: told without a word, asked for, or lacking."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from provider import waiting
from provider.models import Code, Request
from sign_in.models import SignIn, Visit
from tests.provider.relying import told
from tests.provider.test_authorize_pages import ON, leave, signs_in
from tests.provider.test_role_page import ASKED, post
from tests.provider.test_roles import hold

pytestmark = pytest.mark.django_db


def test_one_role_is_told_without_a_word(rp, here, person):
    role = hold(person)
    rp.code(here, scope=ASKED)
    assert Code.objects.get().role == role.person_roleid


def test_no_page_may_be_shown_for_a_choice(rp, here, person):
    hold(person), hold(person)
    assert told(rp.authorize(here, scope=ASKED, prompt="none"))["error"] == "interaction_required"
    assert not Request.objects.exists()


def test_a_choice_that_was_made_in_this_session_is_told_without_a_page(rp, here, person):
    chosen, _ = hold(person), hold(person)
    rp.authorize(here, scope=ASKED)
    here.get(post(here, role=chosen.person_roleid).url)
    rp.code(here, scope=ASKED, prompt="none")
    assert [code.role for code in Code.objects.all()] == [chosen.person_roleid] * 2


def test_a_role_page_that_was_left_open_asks_for_the_sign_in_again_and_keeps_the_choice(rp, person, one):
    chosen, _ = hold(person), hold(person)
    browser = Browser()
    rp.authorize(browser, scope=ASKED, prompt="login")
    signs_in(browser, one)
    assert browser.get(ON).url == "/sign-in/role/"
    answer = post(browser, role=chosen.person_roleid)
    SignIn.objects.update(at=timezone.now() - timedelta(minutes=10))
    assert browser.get(answer.url).url == "/sign-in/"
    assert not Code.objects.exists()
    one.save()  # as if its code were not used yet
    signs_in(browser, one)
    assert "code" in told(browser.get(ON))
    assert Code.objects.get().role == chosen.person_roleid


def test_who_has_no_role_is_not_let_in_where_the_client_needs_one(relying, here):
    party = relying(needs_role=True)
    assert party.authorize(here).url == "/sign-in/refused/"
    assert Visit.objects.get(purpose="service").refused == waiting.REFUSED[waiting.Lack.NO_ROLE]
    assert told(party.authorize(here, prompt="none"))["error"] == "interaction_required"
    assert told(leave(here))["error"] == "access_denied"
    assert not Code.objects.exists()


def test_who_has_no_role_is_told_so_after_they_signed_in_too(relying, one):
    browser = Browser()
    relying(needs_role=True).authorize(browser)
    signs_in(browser, one)
    assert browser.get(ON).url == "/sign-in/refused/"
    assert told(leave(browser))["error"] == "access_denied"


def test_who_has_one_is_let_in_there(relying, here, person):
    hold(person)
    relying(needs_role=True).code(here)
