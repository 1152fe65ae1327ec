"""Coming back from NHS.net to sign in: tabs, reloads, other browsers, two at once, and what was begun for adding."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from authenticators.nhsnet.oidc import Provider
from careid.trail.models import Event
from sign_in.models import Session, SignIn, Visit
from tests.environment import ENVIRONMENT
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
SIGN_IN, REFUSED, CALLBACK = "/sign-in/nhsnet/", "/sign-in/refused/", "/authenticators/nhsnet/callback/"
TOKEN = f"/{ENVIRONMENT['NHSNET_TENANT_ID']}/oauth2/v2.0/token"


def reason(visitor):
    page = visitor.client.get(REFUSED).content.decode()
    return page.split('data-reason="')[1].partition('"')[0]


def test_a_reload_goes_where_the_first_went_and_redeems_nothing_more(visitor, person, linked, prove, provider):
    linked(person)
    back = prove(visitor)
    assert visitor.client.get(back).url == visitor.client.get(back).url == reverse("account")
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=True):
        assert visitor.client.get(back).url == reverse("account")
    assert provider.seen[TOKEN] == 1
    assert SignIn.objects.count() == 1


def test_a_reload_after_signing_out_lets_nobody_in(visitor, person, linked, prove):
    linked(person)
    back = prove(visitor)
    visitor.client.get(back)
    visitor.client.post("/sign-out/")
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        told = visitor.client.get(back, follow=True).content.decode()
    assert 'data-page="signed-out"' in told
    assert visitor.client.get("/account/").status_code == 302


def test_two_tabs_are_one_visit_and_the_second_goes_where_the_first_led(visitor, person, linked, prove):
    linked(person)
    first, second = prove(visitor), prove(visitor)
    assert visitor.client.get(second).url == reverse("account")
    assert visitor.client.get(first).url == reverse("account")
    assert SignIn.objects.count() == 1


def test_a_failure_in_one_tab_leaves_the_other_one_alone(visitor, person, linked, prove):
    linked(person)
    first, second = prove(visitor), prove(visitor, "cancel")
    visitor.client.get(second)
    assert reason(visitor) == "cancelled"
    assert visitor.client.get(first).url == reverse("account")


def test_five_are_kept_and_the_oldest_goes(visitor, person, linked, depart, sign_in):
    linked(person)
    addresses = [depart(visitor).url for _ in range(6)]
    assert len([slug for slug in Visit.objects.get().pending if slug.startswith("nhsnet.")]) == 5
    visitor.client.get(sign_in(visitor, address=addresses[0]))
    assert reason(visitor) == "timed_out"
    assert visitor.client.get(sign_in(visitor, address=addresses[1])).url == reverse("account")


def test_a_state_is_spent_by_a_failure_too(visitor, prove, provider):
    back = prove(visitor, "garbage")
    visitor.client.get(back)
    visitor.client.get(back)
    assert reason(visitor) == "timed_out"
    assert provider.seen[TOKEN] == 1


@pytest.mark.parametrize("begun_before", [0, 10])
def test_after_a_quarter_of_an_hour_it_has_timed_out(begun_before, visitor, person, linked, prove, provider):
    """Of the try to sign in as a whole: one that leaves for NHS.net again in its tenth minute gets no more time."""
    linked(person)
    prove(visitor)
    with time_machine.travel(timezone.now() + timedelta(minutes=begun_before), tick=True):
        back = prove(visitor)
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1), tick=True):
        visitor.client.get(back)
        assert reason(visitor) == "timed_out"
        assert 'href="/sign-in/"' in visitor.client.get(REFUSED).content.decode()
    assert provider.seen[TOKEN] == 0
    assert not Session.objects.exists()
    assert Event.objects.get(name="sign_in.refused").reason == "too_late"


def test_another_browser_is_led_to_sign_in_and_keeps_nothing(visitor, person, linked, prove, provider):
    linked(person)
    back, other = prove(visitor), Visitor()
    assert other.client.get(back).url == "/sign-in/"
    assert "Go on from here" in other.client.get("/sign-in/").content.decode()
    assert other.client.get("/account/").status_code == 302
    assert provider.seen[TOKEN] == 0
    assert Visit.objects.count() == 1
    assert visitor.client.get(back).url == reverse("account")


def test_another_persons_answer_does_not_sign_me_in(visitor, person, linked, prove):
    linked(person)
    other = Visitor()
    back = prove(other)
    prove(visitor)
    visitor.client.get(back)
    assert reason(visitor) == "timed_out"
    assert not Session.objects.exists()


def test_an_injected_code_meets_pkce(visitor, person, linked, prove):
    linked(person)
    code = parse_qs(urlsplit(prove(Visitor())).query)["code"][0]
    mine = parse_qs(urlsplit(prove(visitor)).query)
    visitor.client.get(CALLBACK, {"code": code, "state": mine["state"][0], "iss": mine["iss"][0]})
    assert reason(visitor) == "timed_out"
    assert Event.objects.get(name="sign_in.refused").reason == "code"
    assert not Session.objects.exists()


def test_an_answer_that_says_a_thing_twice_lets_nobody_in(visitor, person, linked, prove, provider):
    linked(person)
    back = prove(visitor)
    visitor.client.get(f"{back}&code=another")
    assert reason(visitor) == "timed_out"
    assert provider.seen[TOKEN] == 0


def test_states_that_are_nobodys_write_no_event_and_no_row(visitor, prove):
    prove(visitor)
    before = Event.objects.count()
    for state in ("in.x", "in.", "x", "", "nhsnet"):
        assert visitor.client.get(CALLBACK, {"state": state, "code": "x"}).status_code == 302
        assert Visitor().client.get(CALLBACK, {"state": state, "code": "x"}).status_code == 302
    assert Event.objects.count() == before
    assert Visit.objects.count() == 1


def test_a_head_redeems_nothing(visitor, person, linked, prove):
    linked(person)
    back = prove(visitor)
    assert visitor.client.head(back).status_code == 405
    assert visitor.client.get(back).url == reverse("account")


def test_departures_are_limited_to_ten_in_a_quarter_of_an_hour(visitor, depart):
    for _ in range(10):
        assert depart(visitor).status_code == 302
    locked = depart(visitor)
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) <= 900


def test_a_form_of_another_visit_does_not_leave(visitor, provider):
    visitor.client.get("/sign-in/")
    for posted in ({}, {"visit": "x"}, {"visit": "0ca876b0-ae02-f03c-29fb-e6d064a61b2d"}):
        assert visitor.client.post(SIGN_IN, posted).url == "/sign-in/"
    assert provider.seen.total() == 0
    assert not Visit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_database_connection_is_held_while_nhs_net_is_asked(visitor, person, linked, prove, monkeypatch):
    linked(person)
    held = []
    for name in ("begin", "finish"):
        real = getattr(Provider, name)

        def spy(self, real=real, **more):
            held.append(connection.connection is not None)
            return real(self, **more)

        monkeypatch.setattr(Provider, name, spy)
    assert visitor.client.get(prove(visitor)).url == reverse("account")
    assert held == [False, False]
