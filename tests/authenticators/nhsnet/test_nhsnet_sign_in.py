"""Signing in with an account: every outcome through the real msal against the stand-in, page by page."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from authenticators.models import Authenticator
from authenticators.nhsnet.kind import KIND
from careid.limits.models import LimitCount
from careid.trail.models import Event
from desk import words
from sign_in import visits
from sign_in.models import Session, SignIn, Visit
from tests import kinds
from tests.authenticators.nhsnet.test_nhsnet_journey import OUTCOMES, main
from tests.environment import ENVIRONMENT
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
SIGN_IN, REFUSED = "/sign-in/nhsnet/", "/sign-in/refused/"
# What adding tells otherwise, as signing in tells it.
TOLD = {
    "too_late": "timed_out",
    "state_unknown": "timed_out",
    "earlier": "timed_out",
    "device_policy": "conditional_access",
    "verification_failed": "unknown",
}


def asked(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def refused():
    return list(Event.objects.filter(name="sign_in.refused").order_by("sequence").values_list("reason", flat=True))


def shown(visitor, reason):
    """The page of why not: where it is this reason's, its main part."""
    page = visitor.client.get(REFUSED)
    assert page.status_code == KIND.sign_in.refusals[reason]
    text = page.content.decode()
    assert 'data-page="sign-in-refused"' in text
    assert f'data-reason="{reason}"' in text
    return main(text)


def test_the_page_of_the_ways_has_its_button_and_warns_of_the_other_one(visitor, provider):
    page = visitor.client.get("/sign-in/").content.decode()
    assert f'action="{SIGN_IN}"' in page
    assert "Use NHS.net Connect" in page
    assert page.count("(formerly NHSmail)") == 1
    assert "do not press “Log in with my Care Identity”" in page
    assert "device" not in main(page)
    assert provider.seen.total() == 0


def test_whoever_owns_the_account_is_here(visitor, person, linked, come_in):
    one = linked(person)
    answer = come_in(visitor)
    assert answer.url == reverse("account")
    assert str(person) in visitor.client.get("/account/").content.decode()
    made = SignIn.objects.get()
    assert (made.authenticator, made.level, made.amr, made.acr) == (one, 2, "NHSMAIL", "AAL2_NHSMAIL")
    assert Event.objects.get(name="sign_in.succeeded").details["kind"] == "nhsnet"
    one.refresh_from_db()
    assert one.last_used_at
    assert refused() == []


def test_what_nhs_net_says_of_the_account_today_is_kept(visitor, person, linked, come_in):
    one = linked(person)
    come_in(visitor)
    one.refresh_from_db()
    assert one.material["address"] == "amina.okafor@northfield.example.org"
    assert set(one.material) == {"issuer", "subject", "address"}
    kept = Authenticator.objects.values_list("material", flat=True).get()
    come_in(Visitor())
    assert Authenticator.objects.values_list("material", flat=True).get() == kept


def test_on_a_shared_computer_the_account_is_chosen_and_an_old_sign_in_there_does_not_do(visitor, depart):
    sent = asked(depart(visitor).url)
    assert (sent["prompt"], sent["max_age"]) == ("select_account", "1800")
    assert sent["redirect_uri"] == "http://localhost/authenticators/nhsnet/callback/"
    assert (sent["code_challenge_method"], sent["domain_hint"], sent["response_mode"]) == ("S256", "nhs.net", "query")
    assert len(sent["state"]) >= 43


def fresh(visitor):
    visit = visits.begin(fresh=True)
    visitor.client.cookies["careid-visit"] = visit.token


def test_where_it_has_to_be_now_nhs_net_asks_for_the_password(visitor, depart):
    fresh(visitor)
    sent = asked(depart(visitor).url)
    assert (sent["prompt"], sent["max_age"]) == ("login", "0")


def test_a_sign_in_of_an_hour_ago_there_does_not_do_and_the_next_try_asks(visitor, person, linked, come_in, depart):
    linked(person, "earlier")
    assert come_in(visitor, "earlier").url == REFUSED
    assert "straight away" in shown(visitor, "timed_out")
    assert refused() == ["earlier"]
    assert asked(depart(visitor).url)["prompt"] == "login"


@pytest.mark.parametrize("account", OUTCOMES)
def test_each_outcome_has_its_page_and_its_event_and_lets_nobody_in(account, visitor, person, linked, come_in):
    linked(person, account)
    told, reason = OUTCOMES[account]
    told = TOLD.get(told, told)
    assert come_in(visitor, account).url == REFUSED
    page = shown(visitor, told)
    assert page.count("(formerly NHSmail)") == 1
    assert "AADSTS" not in page
    assert "device" not in page
    assert page.count('class="nhsuk-button"') == (told != "consent")
    assert refused() == ([] if account == "state" else [reason])  # any link can bring a state that is nobody's
    assert not Session.objects.exists()


def test_the_number_of_a_fault_that_nobody_knows_is_in_the_trail(visitor, come_in):
    come_in(visitor, "unheard")
    event = Event.objects.get(name="sign_in.refused")
    assert event.details == {"kind": "nhsnet", "error": "99999"}
    assert words.event(event).endswith("(99999)")


def test_a_second_step_is_asked_for_where_the_setting_says_so(visitor, person, linked, come_in, settings):
    settings.NHSNET_REQUIRE_MFA = True
    linked(person, "no-mfa")
    come_in(visitor, "no-mfa")
    shown(visitor, "no_second_step")
    assert refused() == ["mfa"]


def test_a_provider_that_is_away_has_its_page_before_leaving(visitor, provider, depart, monkeypatch):
    monkeypatch.setenv("NHSNET_DEMO_PORT", "1")
    assert depart(visitor).url == REFUSED
    assert "Try again" in shown(visitor, "unreachable")
    assert refused() == ["away"]


def test_it_is_not_offered_where_it_is_not_set_up_and_its_button_leads_nowhere(visitor, depart, settings, provider):
    settings.NHSNET_CLIENT_ID = ""
    page = visitor.client.get("/sign-in/").content.decode()
    assert "NHS.net Connect" not in main(page)
    assert visitor.client.get(SIGN_IN).url == "/sign-in/"
    settings.NHSNET_CLIENT_ID = ENVIRONMENT["NHSNET_CLIENT_ID"]
    visit = visits.begin(kinds=[kinds.some_kind()])
    visitor.client.cookies["careid-visit"] = visit.token
    assert visitor.client.post(SIGN_IN, {"visit": str(visit.pk)}).url == "/sign-in/"
    assert provider.seen.total() == 0


def test_after_a_failure_the_next_try_works_from_its_page(visitor, person, linked, come_in, sign_in):
    linked(person)
    come_in(visitor, "garbage")
    assert "Try again" in shown(visitor, "unreachable")
    again = visitor.client.post(SIGN_IN, {"visit": str(Visit.objects.get().pk)})
    assert visitor.client.get(sign_in(visitor, address=again.url)).url == reverse("account")


def test_of_nobody_of_ours_sixty_failures_an_hour_are_written_down_and_each_has_its_page(visitor, come_in):
    assert come_in(visitor).url == REFUSED
    LimitCount.objects.filter(limit="nhsnet_notes").update(count=59)
    assert [come_in(visitor).url for _ in range(2)] == [REFUSED] * 2
    shown(visitor, "not_registered")
    assert refused() == ["not_registered"] * 2


def test_those_of_somebodys_account_are_written_down_all_the_same(visitor, person, linked, come_in, organisation):
    come_in(Visitor())
    linked(person)
    LimitCount.objects.filter(limit="nhsnet_notes").update(count=60)
    type(organisation).objects.update(nhsnet_beta=False)
    assert come_in(visitor).url == REFUSED
    assert refused() == ["not_registered", "not_in_beta"]
