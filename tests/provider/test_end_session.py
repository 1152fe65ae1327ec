"""A service sends somebody here to sign out (OpenID Connect RP-Initiated Logout 1.0)."""

import re
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client as Browser
from django.urls import reverse

from provider import jobs, signing
from provider.models import Client, Logout
from sign_in.models import Session
from tests.provider.listening import a_client, used_by
from tests.sign_in.test_sessions import browser_of, come_in, stored

pytestmark = pytest.mark.django_db
AFTER = "https://records.example/signed-out?from=care"
STATE = 'a b&c=d%20"é+/?#' + "x" * 2_000
ALLOWED = django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"]
PAGE = 'data-page="sign-out-ask"'


@pytest.fixture
def service(db):
    return a_client(post_logout_redirect_uris=[AFTER])


@pytest.fixture
def opened(person):
    return come_in(stored(person))


@pytest.fixture
def here(opened):
    return browser_of(opened)


def hint(opened, *, alg="RS256", **claims):
    """An ID token of ours that expired long ago."""
    now = int(time.time()) - 86_400
    standing = {
        "iss": django_settings.ISSUER,
        "aud": "records.apps.example",
        "iat": now,
        "exp": now + 600,
        "sub": opened.session.profile.user_id,
        "sid": str(opened.session.pk),
    }
    return signing.sign(standing | claims, alg=alg)


def end(here, **given):
    return here.get(reverse("provider:end_session"), given)


def is_here():
    return Session.objects.filter(ended_at=None).exists()


def asks(answer):
    return answer.status_code == 200 and PAGE in answer.content.decode()


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
def test_with_a_hint_of_this_session_it_ends_at_once_and_leads_back_with_the_state_as_it_came(
    alg, here, opened, service
):
    answer = end(here, id_token_hint=hint(opened, alg=alg), post_logout_redirect_uri=AFTER, state=STATE)
    assert answer.status_code == 302
    assert answer.url.startswith(f"{AFTER}&state=")
    assert parse_qsl(urlsplit(answer.url).query) == [("from", "care"), ("state", STATE)]
    assert not is_here()
    assert Session.objects.get().ended_reason == "signed_out"
    assert not here.cookies["careid-session"].value


@pytest.mark.parametrize(
    "given", [{}, {"state": "x"}, {"client_id": "records.apps.example"}, {"ui_locales": "en", "logout_hint": "x"}]
)
def test_with_a_hint_and_no_address_it_ends_at_our_own_page(given, here, opened, service):
    answer = end(here, id_token_hint=hint(opened), **given)
    assert answer.url == reverse("sign-out")
    assert "You are signed out" in here.get(answer.url).content.decode()
    assert not is_here()


@pytest.mark.parametrize(
    "address",
    [
        *("https://elsewhere.example/", AFTER + "&x=1", AFTER.upper(), AFTER + "#x", "https://records.example/signed-out"),
        *(f"{AFTER}/", f" {AFTER}", "//elsewhere.example", "javascript:alert(1)", "https://records.example@elsewhere.example/"),
    ],
)  # fmt: skip
def test_with_an_address_that_is_not_registered_to_the_letter_a_page_asks_which_leads_nowhere(
    address, here, opened, service
):
    for given in ({"id_token_hint": hint(opened)}, {"client_id": service.client_id}, {}):
        answer = end(here, post_logout_redirect_uri=address, **given)
        assert asks(answer)
        assert is_here()
        assert form_of(answer) == reverse("provider:end_session")
        assert leads(answer) == [*ALLOWED]
    query = urlencode({"client_id": service.client_id, "post_logout_redirect_uri": address})
    assert here.post(f"{reverse('provider:end_session')}?{query}", {"sign_out": "yes"}).url == reverse("sign-out")
    assert not is_here()


def test_an_address_of_another_client_leads_nowhere(here, opened, service):
    a_client("Screening", post_logout_redirect_uris=["https://screening.example/"])
    assert asks(end(here, id_token_hint=hint(opened), post_logout_redirect_uri="https://screening.example/"))


def forged(token):
    head, body, _ = token.split(".")
    return f"{head}.{body}.{'A' * 342}"


def unsigned(token):
    return f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}."


BAD = {
    "none": lambda opened: {},
    "empty": lambda opened: {"id_token_hint": ""},
    "rubbish": lambda opened: {"id_token_hint": "x"},
    "odd text": lambda opened: {"id_token_hint": "é\ufffd"},
    "another signature": lambda opened: {"id_token_hint": forged(hint(opened))},
    "alg none": lambda opened: {"id_token_hint": unsigned(hint(opened))},
    "twice": lambda opened: {"id_token_hint": [hint(opened)] * 2},
    "of another session": lambda opened: {"id_token_hint": hint(opened, sid="4b1c4a0e-0000-4000-8000-000000000000")},
    "of another issuer": lambda opened: {"id_token_hint": hint(opened, iss="https://elsewhere.example")},
    "of another client than is named": lambda opened: {"id_token_hint": hint(opened), "client_id": "other"},
    "no session named": lambda opened: {"id_token_hint": hint(opened, sid=7)},
}


@pytest.mark.parametrize("what", BAD)
def test_without_a_good_hint_of_this_session_a_page_asks_first(what, here, opened, service):
    answer = end(here, **BAD[what](opened))
    assert asks(answer)
    assert is_here()
    assert str(opened.session.profile) in answer.content.decode()


@pytest.mark.parametrize("what", ["rubbish", "alg none", "of another client than is named"])
def test_a_bad_hint_leads_nowhere_even_after_the_page(what, here, opened, service):
    answer = end(here, post_logout_redirect_uri=AFTER, **{"client_id": service.client_id, **BAD[what](opened)})
    assert AFTER.partition("?")[0] not in answer.content.decode()
    assert leads(answer) == [*ALLOWED]


def leads(answer):
    """Where the page's forms may end."""
    return re.search(r"form-action ([^;]*)", answer.headers["Content-Security-Policy"]).group(1).split()


def form_of(answer):
    return answer.content.decode().split('<form action="')[1].split('"')[0].replace("&amp;", "&")


def test_who_says_yes_on_the_page_is_signed_out_and_led_back(here, opened, service):
    answer = end(here, client_id=service.client_id, post_logout_redirect_uri=AFTER, state=STATE)
    assert "Records" in answer.content.decode()
    assert leads(answer) == [*ALLOWED, "https://records.example"]
    done = here.post(form_of(answer), {"sign_out": "yes"})
    assert parse_qsl(urlsplit(done.url).query) == [("from", "care"), ("state", STATE)]
    assert done.url.startswith(AFTER)
    assert not is_here()


def test_the_pages_form_has_our_own_token_and_a_form_without_it_does_nothing(opened, service):
    here = Browser(enforce_csrf_checks=True)
    here.cookies["careid-session"] = opened.token
    asked = end(here, client_id=service.client_id, post_logout_redirect_uri=AFTER)
    again = here.post(form_of(asked), {"sign_out": "yes"})
    assert again.status_code == 403
    assert PAGE in again.content.decode()
    assert is_here()
    token = asked.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert here.post(form_of(asked), {"sign_out": "yes", "csrfmiddlewaretoken": token}).url == AFTER
    assert not is_here()


def test_a_services_own_post_leads_to_the_page_and_leaves_its_hint_behind(opened, service):
    foreign = Browser(enforce_csrf_checks=True)  # without our cookies, as browsers send it
    given = {"id_token_hint": hint(opened), "post_logout_redirect_uri": AFTER, "state": STATE}
    led = foreign.post(reverse("provider:end_session"), given)
    assert led.status_code == 303
    assert "id_token_hint" not in led.url
    answer = browser_of(opened).get(led.url)
    assert asks(answer)
    assert "Records" in answer.content.decode()
    assert is_here()
    done = browser_of(opened).post(form_of(answer), {"sign_out": "yes"})
    assert parse_qsl(urlsplit(done.url).query)[-1] == ("state", STATE)


def test_a_post_with_our_cookies_and_a_good_hint_asks_all_the_same(here, opened, service):
    led = here.post(reverse("provider:end_session"), {"id_token_hint": hint(opened)})
    assert (led.status_code, led.url) == (303, reverse("provider:end_session"))
    assert is_here()
    assert asks(here.get(led.url))


def test_where_nobody_is_here_a_good_hint_leads_back_and_none_to_our_own_page(client, opened, service):
    back = end(client, id_token_hint=hint(opened), post_logout_redirect_uri=AFTER)
    assert back.url == AFTER
    for given in ({}, {"client_id": service.client_id}, {"id_token_hint": "x"}):
        assert end(client, post_logout_redirect_uri=AFTER, **given).url == reverse("sign-out")


@pytest.mark.parametrize("state", ["x" * 2_049, ["a", "b"]])
def test_a_state_that_can_not_come_back_as_it_came_leads_nowhere(state, here, opened, service):
    assert asks(end(here, id_token_hint=hint(opened), post_logout_redirect_uri=AFTER, state=state))


@pytest.mark.parametrize("query", ["state=%ff%fe", "state=%ef%bf%bd"])
def test_a_state_that_is_no_text_leads_nowhere(query, here, opened, service):
    address = f"{reverse('provider:end_session')}?id_token_hint={hint(opened)}&post_logout_redirect_uri={AFTER.replace('?', '%3F')}&{query}"
    assert asks(here.get(address))


def test_a_client_that_is_switched_off_is_nobodys_way_back(here, opened, service):
    Client.objects.update(is_on=False)
    assert asks(end(here, id_token_hint=hint(opened), post_logout_redirect_uri=AFTER))


def test_a_session_that_stands_idle_ends_by_its_services_hint_and_its_services_hear(here, opened, service):
    row = used_by(service, opened.session, django_settings.SESSION_LIFE)
    Client.objects.update(backchannel_logout_uri="https://records.example/logout")
    Session.objects.update(last_seen_at=opened.session.last_seen_at - django_settings.SESSION_IDLE)
    assert end(here, id_token_hint=hint(opened), post_logout_redirect_uri=AFTER).url == AFTER
    jobs.tell_due.func(timestamp=0)
    row.refresh_from_db()
    assert row.state == Logout.State.DUE


def test_the_services_that_can_not_be_told_are_named_once_it_is_over(here, opened, service):
    used_by(service, opened.session, django_settings.SESSION_LIFE)
    used_by(a_client("Screening", address="https://screening.example/"), opened.session, django_settings.SESSION_LIFE)
    assert "Records" not in here.get(reverse("sign-out")).content.decode()
    page = here.post(reverse("sign-out"), follow=True).content.decode()
    assert "You may still be signed in to these services" in page
    assert "Records" in page
    assert "Screening" not in page


@pytest.mark.parametrize("method", ["head", "put", "options", "delete"])
def test_no_other_method_does_anything(method, here, opened, service):
    address = f"{reverse('provider:end_session')}?id_token_hint={hint(opened)}"
    assert getattr(here, method)(address).status_code == 405
    assert is_here()


def test_without_keys_the_address_is_not_there(here, settings):
    settings.SIGNING_KEYS = ""
    assert end(here).status_code == 404
