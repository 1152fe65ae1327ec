"""Every outcome through the real msal against the stand-in, page by page."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.nhsnet.adding_views import REASONS
from authenticators.nhsnet.oidc import Provider
from careid.errors import Refused
from careid.fetching import fetcher
from careid.people.models import Organisation
from careid.trail.models import Event
from demo.provider_accounts import BY_KEY, OWNED
from desk import words
from enrolment import attempts
from enrolment.models import Attempt
from tests.environment import ENVIRONMENT
from tests.threads import patient_connections, together, until_they_wait
from tests.visitors import Visitor, post

pytestmark = pytest.mark.django_db
ADD, CALLBACK = "/authenticators/nhsnet/", "/authenticators/nhsnet/callback/"
TENANT = ENVIRONMENT["NHSNET_TENANT_ID"]


@pytest.fixture
def ready(visitor, person):
    visitor.verify(person)
    return visitor


def problem(reason):
    return f"{ADD}problem/{reason}/"


def main(page):
    return page[page.index("<main") :]


def recorded():
    return list(Event.objects.filter(name="ceremony.rejected").order_by("sequence").values_list("reason", flat=True))


def test_the_instructions_say_what_will_happen_and_which_button_not_to_press(ready):
    page = ready.client.get(ADD).content.decode()
    assert 'data-page="nhsnet"' in page
    assert "NHS.net Connect (formerly NHSmail)" in page
    assert "Do not press “Log in with my Care Identity”" in page
    assert "device" not in main(page)
    assert ready.client.post(ADD, {}).status_code == 422


def test_it_is_started_by_a_post_alone_and_asks_as_it_should(ready, provider, leave):
    ready.client.get(ADD)
    assert provider.seen.total() == 0
    address = leave(ready)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(provider.browser)
    assert asked["redirect_uri"] == "http://localhost/authenticators/nhsnet/callback/"
    assert sorted(asked["scope"].split()) == ["email", "openid", "profile"]
    assert (asked["response_type"], asked["response_mode"], asked["prompt"]) == ("code", "query", "login")
    assert (asked["code_challenge_method"], asked["domain_hint"]) == ("S256", "nhs.net")
    assert asked["max_age"] == "0"
    assert len(asked["nonce"]) >= 22
    assert len(asked["state"]) >= 22


def test_an_account_is_added(ready, person, link):
    response = link(ready)
    one = Authenticator.objects.get()
    assert response.url == f"/authenticators/{one.pk}/done/"
    assert (one.kind, one.profile_id) == ("nhsnet", person.pk)
    assert one.external_id == f"{TENANT}:{BY_KEY['works'].oid}"
    assert one.details == {"tenant": TENANT}
    assert set(one.material) == {"issuer", "subject", "address"}
    page = ready.client.get(response.url).content.decode()
    assert "NHS.net Connect account added" in page
    assert "amina.okafor@northfield.example.org" in page
    assert "device" not in main(page)
    assert "NHS.net Connect" in post()[-1].body


@pytest.mark.parametrize("account", ["another", "nameless", "rotated", "no-mfa"])
def test_other_accounts_that_are_right(account, ready, link):
    assert link(ready, account).url.endswith("/done/")


OUTCOMES = {
    "tenant": ("wrong_tenant", "issuer"),
    "issuer": ("wrong_tenant", "issuer"),
    "guest": ("guest", "guest"),
    "cancel": ("cancelled", "cancelled"),
    "smartcard": ("care_identity", "care_identity"),
    "consent": ("consent", "consent"),
    "interaction": ("consent", "consent"),
    "second-step": ("no_second_step", "second_step"),
    "no-second-step": ("no_second_step", "second_step"),
    "conditional": ("conditional_access", "conditional_access"),
    "managed": ("device_policy", "device_policy"),
    "unheard": ("unknown", "unknown"),
    "earlier": ("earlier", "earlier"),
    "busy": ("unreachable", "provider"),
    "state": ("state_unknown", "state_unknown"),
    "mix-up": ("verification_failed", "mix_up"),
    "injected": ("too_late", "code"),
    "late": ("too_late", "code"),
    "huge": ("unreachable", "rubbish"),
    "error": ("unreachable", "server_error"),
    "garbage": ("unreachable", "rubbish"),
    "redirect": ("unreachable", "rubbish"),
    "expired": ("clock", "expired"),
    "clock": ("clock", "not_yet"),
    "audience": ("verification_failed", "audience"),
    "nonce": ("verification_failed", "nonce"),
    "no-nonce": ("verification_failed", "nonce"),
    "no-oid": ("verification_failed", "no_object_id"),
    "key": ("verification_failed", "key"),
    "forged": ("verification_failed", "signature"),
    "unsigned": ("verification_failed", "algorithm"),
    "hs256": ("verification_failed", "algorithm"),
}


@pytest.mark.parametrize("account", OUTCOMES)
def test_each_outcome_has_its_page_and_its_event_and_adds_nothing(account, ready, link):
    told, reason = OUTCOMES[account]
    response = link(ready, account)
    assert response.url == problem(told)
    page = ready.client.get(response.url)
    assert page.status_code == REASONS[told]
    assert f'data-reason="{told}"' in page.content.decode()
    assert "AADSTS" not in page.content.decode()
    assert "device" not in main(page.content.decode())
    assert recorded() == [reason]
    assert not Authenticator.objects.exists()


def test_the_number_of_a_fault_that_nobody_knows_is_for_the_registration_authority(ready, link):
    link(ready, "unheard")
    event = Event.objects.get(name="ceremony.rejected")
    assert event.details == {"kind": "nhsnet", "error": "99999"}
    assert words.event(event).endswith("(99999)")


def test_each_account_of_the_stand_in_is_tried_here():
    works = {"works", "another", "nameless", "rotated", "no-mfa", *(account.key for account in OWNED)}
    assert set(BY_KEY) == {*OUTCOMES, *works, "slow", "drip"}


@pytest.mark.parametrize("account", ["slow", "drip"])
def test_one_that_does_not_end_holds_nobody_longer_than_the_time(account, ready, link, monkeypatch):
    assert fetcher.IN_ALL == 10
    monkeypatch.setattr(fetcher, "IN_ALL", 2)
    started = time.monotonic()
    assert link(ready, account).url == problem("unreachable")
    assert time.monotonic() - started < 20  # of the sixty that it goes on
    assert recorded() == ["slow"]


def test_after_a_failure_the_next_try_works(ready, link):
    link(ready, "garbage")
    assert "Try again" in ready.client.get(problem("unreachable")).content.decode()
    assert link(ready).url.endswith("/done/")


@pytest.mark.parametrize("fields", [{}, {"nino": ""}, {"email": None}])
def test_whoever_was_let_in_by_a_link_meets_the_same_outcomes_and_adds_it(fields, visitor, make_person, link):
    visitor.let_in(make_person(**fields))
    for account in ("cancel", "guest", "garbage"):
        told, _ = OUTCOMES[account]
        assert link(visitor, account).url == problem(told)
        assert visitor.client.get(problem(told)).status_code == REASONS[told]
    assert visitor.client.get(link(visitor).url).status_code == 200
    assert recorded() == [OUTCOMES[account][1] for account in ("cancel", "guest", "garbage")]


def test_a_provider_that_is_away_has_its_page_before_leaving(ready, provider, settings, monkeypatch):
    monkeypatch.setenv("NHSNET_DEMO_PORT", "1")
    response = ready.client.post(ADD, {"sole_access": "on"})
    assert response.status_code == 503
    assert 'data-reason="unreachable"' in response.content.decode()
    assert recorded() == ["away"]


def test_a_second_step_is_asked_for_where_the_setting_says_so(ready, link, settings):
    settings.NHSNET_REQUIRE_MFA = True
    assert link(ready, "no-mfa").url == problem("no_second_step")
    assert link(ready, "works").url.endswith("/done/")


def test_an_account_of_somebody_else_is_not_added_and_names_nobody(ready, link, make_person):
    other = Visitor()
    other.verify(make_person(given_name="Dev"))
    link(other, "colleague")
    response = link(ready, "colleague")
    page = ready.client.get(response.url).content.decode()
    assert response.url == problem("linked_elsewhere")
    assert "Dev" not in page
    assert recorded() == ["linked_elsewhere"]
    assert Event.objects.get(reason="linked_elsewhere").authenticator_id == Authenticator.objects.get().pk


def test_an_account_that_is_yours_already_is_no_error(person, link, sign_in):
    first, second = Visitor(), Visitor()
    first.verify(person)
    second.verify(person)
    back = sign_in(second)
    link(first)
    response = second.client.get(back)
    assert response.url == problem("already_yours")
    page = second.client.get(response.url)
    assert page.status_code == 200
    assert "already on your profile" in page.content.decode()
    assert Authenticator.objects.count() == 1


def test_a_second_account_of_the_same_person_meets_the_limit(person, link, sign_in):
    first, second = Visitor(), Visitor()
    first.verify(person)
    second.verify(person)
    back = sign_in(second, "another")
    link(first)
    assert second.client.get(back).url == problem("limit")
    assert second.client.post(ADD, {"sole_access": "on"}).status_code == 403
    assert 'data-reason="limit"' in second.client.get(problem("limit")).content.decode()


def test_one_that_was_linked_and_removed_in_the_same_moment_has_its_page(ready, link, monkeypatch):
    def taken(**_):
        raise Refused("taken")  # which the database said; a moment later there is nothing to be seen

    monkeypatch.setattr(actions, "add", taken)
    response = link(ready)
    assert response.url == problem("taken")
    assert 'data-reason="taken"' in ready.client.get(response.url).content.decode()


def test_one_that_was_removed_can_be_added_again(person, link):
    first, second = Visitor(), Visitor()
    first.verify(person)
    link(first)
    first.client.post(f"/authenticators/{Authenticator.objects.get().pk}/undo/")
    second.verify(person)
    assert link(second).url.endswith("/done/")


def test_the_email_address_decides_nothing(make_person, link):
    same = Visitor()
    same.verify(make_person(email="amina.okafor@northfield.example.org"))
    assert link(same, "tenant").url == problem("wrong_tenant")
    other = Visitor()
    other.verify(make_person())
    assert link(other, "works").url.endswith("/done/")


class TestTheBeta:
    @pytest.fixture(autouse=True)
    def _off(self, organisation):
        Organisation.objects.update(nhsnet_beta=False)

    def test_it_is_not_offered_and_says_why_when_opened(self, ready, provider):
        assert "NHS.net Connect" not in ready.client.get("/authenticators/").content.decode()
        assert ready.client.post("/authenticators/", {"kind": "nhsnet"}).status_code == 422
        for response in (ready.client.get(ADD), ready.client.post(ADD, {"sole_access": "on"})):
            assert response.status_code == 403
            assert 'data-reason="not_in_beta"' in response.content.decode()
        assert provider.seen.total() == 0
        assert recorded() == ["not_in_beta"]

    def test_one_switched_off_on_the_way_is_refused_on_the_way_back(self, visitor, person, sign_in):
        Organisation.objects.update(nhsnet_beta=True)
        visitor.verify(person)
        back = sign_in(visitor)
        Organisation.objects.update(nhsnet_beta=False)
        assert visitor.client.get(back).url == problem("not_in_beta")
        assert recorded() == ["not_available"]
        assert not Authenticator.objects.exists()

    def test_the_admin_has_the_switch(self, admin_client, organisation):
        page = admin_client.get(f"/admin/careid/organisation/{organisation.pk}/change/").content.decode()
        assert 'name="nhsnet_beta"' in page


def test_it_is_not_offered_where_it_is_not_set_up(ready, settings):
    settings.NHSNET_CLIENT_ID = ""
    assert "NHS.net Connect" not in ready.client.get("/authenticators/").content.decode()
    assert ready.client.get(ADD).url == "/authenticators/"


class TestComingBack:
    def test_a_reload_lands_on_the_confirmation(self, ready, sign_in, provider):
        back = sign_in(ready)
        first, second = ready.client.get(back), ready.client.get(back)
        assert first.url == second.url
        assert Authenticator.objects.count() == 1
        assert provider.seen[f"/{TENANT}/oauth2/v2.0/token"] == 1

    def test_two_tabs_give_one_link(self, ready, leave, sign_in):
        first, second = leave(ready), leave(ready)
        assert ready.client.get(sign_in(ready, address=first)).url.endswith("/done/")
        assert ready.client.get(sign_in(ready, address=second)).url.endswith("/done/")
        assert Authenticator.objects.count() == 1

    def test_the_other_tab_may_come_back_first(self, ready, leave, sign_in):
        first, second = leave(ready), leave(ready)
        ready.client.get(sign_in(ready, "cancel", address=second))
        assert ready.client.get(sign_in(ready, address=first)).url.endswith("/done/")

    def test_a_state_is_spent_by_a_failure_too(self, ready, sign_in):
        back = sign_in(ready, "garbage")
        ready.client.get(back)
        assert ready.client.get(back).url == problem("state_unknown")

    def test_a_state_that_is_nobodys_writes_nothing_to_the_attempt_and_fifty_events_at_most(self, ready, leave):
        leave(ready)
        before = Attempt.objects.values().get()
        for number in range(actions.REJECTED_MOST + 5):
            back = f"/authenticators/nhsnet/callback/?state={number}&code=x"
            assert ready.client.get(back).url == problem("state_unknown")
        assert Attempt.objects.values().get() == before
        assert Event.objects.filter(name="ceremony.rejected").count() == actions.REJECTED_MOST

    def test_five_are_kept_and_the_oldest_goes(self, ready, leave, sign_in):
        addresses = [leave(ready) for _ in range(6)]
        assert len(Attempt.objects.get().pending["nhsnet"]["flows"]) == 5
        assert ready.client.get(sign_in(ready, address=addresses[0])).url == problem("state_unknown")
        assert ready.client.get(sign_in(ready, address=addresses[1])).url.endswith("/done/")

    def test_another_browser_only_explains(self, ready, sign_in, provider):
        back = sign_in(ready)
        other = Visitor()
        response = other.client.get(back)
        assert response.url == problem("state_unknown")
        assert "Start again" in other.client.get(response.url).content.decode()
        assert provider.seen[f"/{TENANT}/oauth2/v2.0/token"] == 0
        assert ready.client.get(back).url.endswith("/done/")

    def test_another_persons_answer_is_not_mine(self, ready, sign_in, make_person):
        other = Visitor()
        other.verify(make_person())
        back = sign_in(other)
        assert ready.client.get(back).url == problem("state_unknown")
        assert not Authenticator.objects.exists()

    def test_an_injected_code_meets_pkce(self, ready, sign_in, make_person):
        other = Visitor()
        other.verify(make_person())
        code = parse_qs(urlsplit(sign_in(other)).query)["code"][0]
        mine = parse_qs(urlsplit(sign_in(ready)).query)
        answer = {"code": code, "state": mine["state"][0], "iss": mine["iss"][0]}
        assert ready.client.get(CALLBACK, answer).url == problem("too_late")
        assert recorded() == ["code"]

    def test_after_fifteen_minutes_it_is_too_late(self, ready, sign_in):
        back = sign_in(ready)
        with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=True):
            ready.client.get(ADD)  # another tab keeps the attempt alive
        with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1), tick=True):
            assert ready.client.get(back).url == problem("too_late")

    def test_an_attempt_that_is_over_says_so(self, ready, sign_in):
        back = sign_in(ready)
        with time_machine.travel(timezone.now() + timedelta(minutes=21), tick=True):
            assert ready.client.get(back).url == "/expired/"

    def test_a_head_redeems_nothing_and_a_post_is_no_way_back(self, ready, sign_in):
        back = sign_in(ready)
        assert ready.client.head(back).status_code == 405
        assert ready.client.post(back).status_code == 405
        assert ready.client.get(back).url.endswith("/done/")

    def test_after_adding_the_problem_page_leads_to_the_confirmation(self, ready, link):
        done = link(ready).url
        assert ready.client.get(problem("state_unknown")).url == done
        assert ready.client.get(ADD).url == done

    def test_a_reason_made_up_is_not_there(self, client):
        assert client.get(problem("made-up")).status_code == 404

    @pytest.mark.parametrize("reason", REASONS)
    def test_each_page_of_a_reason_is_there_for_anybody(self, reason, client):
        assert f'data-reason="{reason}"' in client.get(problem(reason)).content.decode()


def test_starts_are_limited_to_ten_in_a_quarter_of_an_hour(ready, leave):
    for _ in range(10):
        leave(ready)
    locked = ready.client.post(ADD, {"sole_access": "on"})
    assert locked.status_code == 429
    assert f'<a href="{reverse("choose")}">add something else</a>' in locked.content.decode()


def test_no_token_code_or_secret_is_kept_or_logged(ready, sign_in, caplog):
    back = sign_in(ready)
    code = parse_qs(urlsplit(back).query)["code"][0]
    with caplog.at_level("DEBUG", logger="careid"):
        ready.client.get(back)
    one = Authenticator.objects.get()
    kept = f"{one.material}{one.details}{list(Event.objects.values_list('details', flat=True))}{caplog.text}"
    assert Attempt.objects.get().pending is None
    assert code not in kept
    assert "eyJ" not in kept
    assert ENVIRONMENT["NHSNET_CLIENT_SECRET"] not in kept


def test_the_form_may_lead_to_the_sign_in_and_nowhere_else(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    directives = [directive.strip() for directive in policy.split(";")]
    assert "form-action 'self' https://login.nhsnet.example" in directives


@pytest.mark.django_db(transaction=True)
def test_no_database_connection_is_held_while_nhs_net_is_asked(visitor, person, sign_in, provider, monkeypatch):
    visitor.verify(person)
    held = []
    for name in ("begin", "finish"):
        real = getattr(Provider, name)

        def spy(self, real=real, **more):
            held.append(connection.connection is not None)
            return real(self, **more)

        monkeypatch.setattr(Provider, name, spy)
    assert visitor.client.get(sign_in(visitor)).url.endswith("/done/")
    assert held == [False, False]


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_ten_times_at_once_adds_one(visitor, person, sign_in, provider):
    visitor.verify(person)
    back = sign_in(visitor)
    cookie = visitor.client.cookies["careid"].value
    urls = together([partial(visit, back, cookie)] * 10)
    assert Authenticator.objects.count() == 1
    assert sum(url.endswith("/done/") for url in urls) >= 1
    assert provider.seen[f"/{TENANT}/oauth2/v2.0/token"] == 1
    assert Event.objects.filter(name="authenticator.added").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_profiles_that_race_for_one_account_one_wins(make_person, sign_in):
    visitors = [Visitor(), Visitor()]
    for visitor in visitors:
        visitor.verify(make_person())
    urls = together([partial(visit, sign_in(visitor), visitor.client.cookies["careid"].value) for visitor in visitors])
    assert Authenticator.objects.count() == 1
    assert sorted(url.endswith("/done/") for url in urls) == [False, True]
    assert problem("linked_elsewhere") in urls


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_to_an_attempt_that_ends_just_now_hears_that_nothing_was_added(visitor, person, sign_in):
    visitor.verify(person)
    back, cookie = sign_in(visitor), visitor.client.cookies["careid"].value
    with patient_connections(), ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            attempts.end(attempt=Attempt.objects.get(), reason="restarted")
            coming = pool.submit(_alone_visit, back, cookie)
            until_they_wait(1)
        assert coming.result() == "/expired/"
    assert "Nothing was added" in visitor.client.get("/expired/").content.decode()
    assert not Authenticator.objects.exists()


def _alone_visit(back, cookie):
    try:
        return visit(back, cookie)
    finally:
        connection.close()


def visit(back, cookie):
    other = Visitor()
    other.client.cookies["careid"] = cookie
    return other.client.get(back).url
