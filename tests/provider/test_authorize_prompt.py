"""`prompt`, `max_age` and `id_token_hint`: whether a sign-in that is there will do (OpenID Connect Core 3.1.2.1)."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from authenticators.registry import KINDS
from provider import signing
from provider.models import Code, Request
from sign_in.models import Session, SignIn, Visit
from tests.provider.relying import told
from tests.provider.test_authorize import seen
from tests.provider.test_authorize_pages import ON, signs_in

pytestmark = pytest.mark.django_db


def ago(browser, **how):
    """As if whoever is here had signed in so long ago."""
    SignIn.objects.filter(pk=browser.session_row.newest_id).update(at=timezone.now() - timedelta(**how))


def hint(rp, person, **claims):
    now = int(timezone.now().timestamp())
    usual = {
        "iss": signing.settings.ISSUER,
        "aud": rp.row.client_id,
        "sub": person.user_id,
        "sid": "s",
        "iat": now,
        "exp": now + 60,
    }
    return signing.sign(usual | claims, alg="RS256")


@pytest.mark.parametrize("prompt", ["login", "select_account", "login select_account"])
def test_prompt_login_asks_whoever_is_here_again_and_keeps_their_session(rp, here, one, prompt):
    before = here.session_row
    assert rp.authorize(here, prompt=prompt).url == "/sign-in/"
    assert here.get(ON).url == "/sign-in/"  # who is here already does not answer, though it is the same second
    one.save()  # as if its code were not used yet
    signs_in(here, one)
    assert "code" in told(here.get(ON))
    session = Session.objects.get()
    assert session.pk == before.pk
    assert Code.objects.get().sign_in_id == session.newest_id != before.newest_id


def test_prompt_login_is_not_answered_by_a_sign_in_of_another_try(rp, here, person, signed_in, one):
    rp.authorize(here, prompt="login")
    signed_in(person, here, one=one)  # in another tab, for something else
    assert here.get(ON).url == "/sign-in/"
    assert not Code.objects.exists()


def test_prompt_login_stands_by_the_request_and_not_by_an_address(rp, here):
    rp.authorize(here, prompt="login")
    assert here.get(ON, {"prompt": ""}).url == "/sign-in/"


def test_prompt_none_shows_no_page(rp, here, settings):
    answer = rp.authorize(Browser(), prompt="none", state="s")
    assert told(answer)["error"] == "login_required"
    assert (told(answer)["state"], told(answer)["iss"]) == ("s", settings.ISSUER)
    assert "code" in told(rp.authorize(here, prompt="none"))
    assert (
        told(rp.authorize(here, prompt="none", acr_values="AAL3_ANY"))["error"] == "unmet_authentication_requirements"
    )
    assert not Request.objects.exists()
    assert not Visit.objects.filter(purpose="service").exists()


def test_prompt_none_is_no_sign_that_somebody_is_still_there(rp, here):
    seen_at = timezone.now() - timedelta(minutes=20)
    Session.objects.update(last_seen_at=seen_at)
    rp.code(here, prompt="none")
    assert Session.objects.get().last_seen_at == seen_at
    rp.code(here)
    assert Session.objects.get().last_seen_at > seen_at


def test_prompt_none_fails_once_what_they_signed_in_with_is_stopped(rp, here, one):
    type(one).objects.update(state="suspended", state_reason="lost", state_changed_at=timezone.now())
    assert told(rp.authorize(here, prompt="none"))["error"] == "login_required"


def test_max_age_asks_again_whoever_signed_in_longer_ago(rp, here):
    ago(here, seconds=100)
    assert "code" in told(rp.authorize(here, max_age="200"))
    assert rp.authorize(here, max_age="50").url == "/sign-in/"
    assert told(rp.authorize(here, max_age="50", prompt="none"))["error"] == "login_required"


@pytest.mark.parametrize(("fresh", "told_of"), [(False, "login_required"), (True, "")])
def test_max_age_takes_no_proof_that_may_be_of_some_time_before(rp, here, one, monkeypatch, fresh, told_of):
    monkeypatch.setitem(
        KINDS, one.kind, replace(KINDS[one.kind], sign_in=replace(KINDS[one.kind].sign_in, may_be_earlier=True))
    )
    Visit.objects.filter(pk=here.session_row.newest.visit_id).update(fresh=fresh)
    assert told(rp.authorize(here, max_age="200", prompt="none")).get("error", "") == told_of


def test_max_age_of_nothing_asks_always_and_is_answered_by_the_sign_in_that_follows(rp, here, one):
    assert rp.authorize(here, max_age="0").url == "/sign-in/"
    assert Visit.objects.get(purpose="service").fresh
    signs_in(here, one)
    assert "code" in told(here.get(ON))


@pytest.mark.parametrize("off", [timedelta(minutes=-5), timedelta(minutes=5)])
def test_max_age_is_judged_on_the_databases_clock(rp, here, one, off):
    ago(here, seconds=100)
    type(one).objects.update(usable_from=timezone.now() - timedelta(hours=1))
    with time_machine.travel(timezone.now() + off, tick=False):
        assert "code" in told(rp.authorize(here, max_age="200"))
        assert rp.authorize(here, max_age="50").url == "/sign-in/"


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "10000"}])
def test_a_sign_in_that_waited_for_four_minutes_is_asked_for_again_and_the_request_goes_on(rp, one, asked):
    browser = Browser()
    rp.authorize(browser, state="s", **asked)
    signs_in(browser, one)
    SignIn.objects.update(at=timezone.now() - timedelta(minutes=4))
    assert browser.get(ON).url == "/sign-in/"
    assert not Code.objects.exists()
    one.save()  # as if its code were not used yet
    signs_in(browser, one)
    assert told(browser.get(ON))["state"] == "s"
    assert Request.objects.count() == 1


def test_where_no_fresh_sign_in_was_asked_one_that_waited_will_do(rp, one):
    browser = Browser()
    rp.authorize(browser)
    signs_in(browser, one)
    SignIn.objects.update(at=timezone.now() - timedelta(minutes=9))
    assert "code" in told(browser.get(ON))


def test_a_hint_of_whoever_is_here_lets_them_on_though_it_is_old(rp, here, person):
    old = hint(rp, person, exp=1_000_000_000)
    assert "code" in told(rp.authorize(here, id_token_hint=old, prompt="none"))


def test_a_hint_of_another_person_is_never_answered_with_a_code(rp, here, make_person, one):
    another = hint(rp, make_person())
    for more in ({}, {"prompt": "none"}):
        assert told(rp.authorize(here, id_token_hint=another, **more))["error"] == "login_required"
    browser = Browser()
    rp.authorize(browser, id_token_hint=another, state="s")
    signs_in(browser, one)
    answer = browser.get(ON)
    assert (told(answer)["error"], told(answer)["state"]) == ("login_required", "s")
    assert seen(browser.get(ON)) == ("provider-error", "gone")
    assert not Code.objects.exists()


def test_a_hint_that_is_no_id_token_of_that_client_is_refused(rp, relying, here, person):
    good = hint(rp, person)
    bad = [
        "x",
        good[:-4] + "AAAA",
        hint(relying(), person),
        hint(rp, person, iss="https://evil.example"),
        good.rpartition(".")[0] + ".",
    ]
    for one in bad:
        for browser in (here, Browser()):
            assert told(rp.authorize(browser, id_token_hint=one))["error"] == "invalid_request"


def test_a_login_hint_is_for_the_page_and_binds_nobody(rp, here):
    assert "code" in told(rp.authorize(here, login_hint="somebody@example.nhs.uk"))
    rp.authorize(Browser(), login_hint="somebody@example.nhs.uk")
    assert Visit.objects.get(purpose="service").pending == {"hint": {"email": "somebody@example.nhs.uk"}}
