"""A request that needs its person: it waits for the browser that it came in, and is answered once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from careid.limits.models import LimitCount
from careid.trail.models import Event
from desk import words
from provider.models import Code, Request
from sign_in.models import Visit
from sign_in.words import Why
from tests import kinds
from tests.provider.relying import told
from tests.provider.test_authorize import seen
from tests.threads import together
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
ON = "/oidc/authorize/continue"


@pytest.fixture
def browser(rp):
    """One in which the service has asked."""
    browser = Browser()
    rp.authorize(browser, state="as it came")
    return browser


def signs_in(browser, one):
    answer = Visitor(browser).sign_in(one)
    assert answer.url == ON, answer.content.decode()
    return answer


def leave(browser):
    return browser.post(ON, {"leave": ""})


def test_whoever_signs_in_goes_on_to_the_service_with_a_code(rp, browser, one, settings):
    signs_in(browser, one)
    answer = browser.get(ON)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{rp.redirect_uri}?")
    assert told(answer).keys() == {"code", "state", "iss"}
    assert (told(answer)["state"], told(answer)["iss"]) == ("as it came", settings.ISSUER)
    assert Code.objects.get().sign_in == Visit.objects.get().sign_in


def test_going_on_before_anybody_signed_in_leads_to_the_ways(browser):
    assert browser.get(ON).url == "/sign-in/"
    assert not Code.objects.exists()


def test_a_request_is_answered_once_and_then_its_page_leads_to_the_service(rp, browser, one):
    signs_in(browser, one)
    browser.get(ON)
    again = browser.get(ON)
    assert again.status_code == 400
    assert seen(again) == ("provider-error", "gone")
    assert 'href="https://service1.example.nhs.uk"' in again.content.decode()
    assert rp.row.name in again.content.decode()
    assert Code.objects.count() == 1


def test_another_browser_can_not_go_on_with_it(browser, one, here):
    signs_in(browser, one)
    assert seen(here.get(ON)) == ("provider-error", "gone")
    assert seen(Browser().get(ON)) == ("provider-error", "gone")
    assert not Code.objects.exists()


def test_a_visit_of_ones_own_answers_no_service(browser, one, here):
    here.cookies["careid-visit"] = "x" * 43
    Visitor(here).sign_in(one)
    assert seen(here.get(ON)) == ("provider-error", "gone")


def test_a_request_waits_for_a_quarter_of_an_hour(browser, one):
    signs_in(browser, one)
    with time_machine.travel(timezone.now() + timedelta(minutes=15), tick=False):
        assert seen(browser.get(ON)) == ("provider-error", "gone")
        assert seen(leave(browser)) == ("provider-error", "gone")
    with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=False):
        assert "code" in told(browser.get(ON))


def test_whoever_goes_back_is_told_to_the_service(browser, settings):
    answer = leave(browser)
    assert answer.status_code == 302
    assert told(answer)["error"] == "access_denied"
    assert (told(answer)["state"], told(answer)["iss"]) == ("as it came", settings.ISSUER)


def test_whoever_went_back_is_not_signed_in_by_that_request_any_more(browser, one):
    leave(browser)
    assert seen(browser.get("/sign-in/")) == ("provider-error", "gone")
    assert Visitor(browser).sign_in(one).url == "/account/"
    assert seen(browser.get(ON)) == ("provider-error", "gone")
    assert seen(leave(browser)) == ("provider-error", "gone")
    assert not Code.objects.exists()


def test_nobody_is_made_to_go_back_by_another_site(rp):
    browser = Browser(enforce_csrf_checks=True)
    rp.authorize(browser)
    assert leave(browser).status_code == 403
    assert Request.objects.get().ended_at is None


def test_a_level_that_nobody_reaches_is_told_in_words_and_then_to_the_service(rp, client):
    assert rp.authorize(client, acr_values="AAL3_ANY").url == "/sign-in/refused/"
    page = client.get("/sign-in/refused/")
    assert seen(page) == ("sign-in-refused", "level")
    assert told(leave(client))["error"] == "unmet_authentication_requirements"


def test_what_nobody_can_give_is_noted_for_that_service_sixty_times_an_hour_an_address(rp, client, here, person):
    rp.authorize(client, acr_values="AAL3_ANY")
    LimitCount.objects.filter(limit="provider_notes").update(count=59)
    rp.authorize(here, acr_values="AAL3_ANY", prompt="login")
    assert rp.authorize(client, acr_values="AAL3_ANY").url == "/sign-in/refused/"
    noted = Event.objects.filter(name="sign_in.refused").order_by("sequence")
    assert [(one.reason, one.profile_id) for one in noted] == [("level", None), ("level", person.pk)]
    assert all(one.details == {"client": rp.row.client_id} for one in noted)
    assert words.event(noted[0]) == f"Could not sign in: {Why.LEVEL.words}"


def test_so_is_one_that_whoever_tried_did_not_reach(browser):
    Visit.objects.update(refused="level", refused_kind=kinds.some_kind())
    assert told(leave(browser))["error"] == "unmet_authentication_requirements"


def test_so_is_one_that_the_client_takes_where_it_asks_for_none(relying, here):
    assert relying(default_acr_values="AAL3_ANY").authorize(here).url == "/sign-in/refused/"


def test_nobody_signs_in_for_a_level_that_they_do_not_reach(rp, client, one):
    rp.authorize(client, acr_values="AAL3_ANY")
    assert 'name="email"' not in client.get("/sign-in/").content.decode()
    assert client.get(ON).url == "/sign-in/refused/"


@pytest.mark.parametrize(
    ("change", "reason"), [({"is_on": False}, "client"), ({"redirect_uris": ["https://x.example/"]}, "redirect")]
)
def test_a_client_that_was_turned_off_or_changed_meanwhile_is_not_gone_on_to(rp, browser, one, change, reason):
    signs_in(browser, one)
    type(rp.row).objects.update(**change)
    assert seen(browser.get(ON)) == ("provider-error", reason)


def test_what_they_signed_in_with_may_have_been_stopped_meanwhile(browser, one):
    signs_in(browser, one)
    type(one).objects.update(state="suspended", state_reason="lost", state_changed_at=timezone.now())
    assert browser.get(ON).url == "/sign-in/"
    assert not Code.objects.exists()


def test_a_service_asks_for_one_way_alone(rp, client, person, signed_in):
    kind, other = kinds.some_kind(), kinds.another_kind()
    from authenticators.registry import KINDS

    rp.authorize(client, acr_values=KINDS[other].sign_in.acr)
    assert Visit.objects.get(purpose="service").kinds == [other]
    assert rp.authorize(signed_in(person, kind=kind), acr_values=KINDS[other].sign_in.acr).url == "/sign-in/"
    rp.code(signed_in(person, kind=other), acr_values=KINDS[other].sign_in.acr)
    assert Code.objects.get().acr == KINDS[other].sign_in.acr


@pytest.mark.django_db(transaction=True)
def test_of_two_that_go_on_at_once_one_has_a_code(browser, one):
    signs_in(browser, one)
    answers = together([lambda: _like(browser).get(ON) for _ in range(4)])
    assert sorted(answer.status_code for answer in answers) == [302, 400, 400, 400]
    assert Code.objects.count() == 1


def _like(browser):
    other = Browser()
    other.cookies.update(browser.cookies)
    return other
