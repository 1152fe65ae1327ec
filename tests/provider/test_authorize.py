"""The authorization endpoint: a code for who is here, pages for who is not, and never an address that is not the client's."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careid.limits import limits as all_limits
from provider.models import Code, Request
from sign_in.models import Visit
from tests.provider.relying import told

pytestmark = pytest.mark.django_db
APART = re.compile(r"BEGIN|COMMIT|SAVEPOINT|RELEASE")


def seen(answer):
    """Where the answer is of our own page: its name and reason."""
    page = answer.content.decode()
    return re.search(r'data-page="([^"]+)"', page).group(1), (re.search(r'data-reason="([^"]+)"', page) or [""] * 2)[1]


def test_whoever_is_signed_in_goes_back_with_a_code_at_once(rp, here, settings):
    answer = rp.authorize(here, state="as it came")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{rp.redirect_uri}?")
    assert told(answer).keys() == {"code", "state", "iss"}
    assert told(answer)["state"] == "as it came"
    assert told(answer)["iss"] == settings.ISSUER
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_code_stands_for_the_sign_in_and_for_what_was_asked(rp, here):
    rp.code(here, scope="openid email foo", nonce="n")
    [code] = Code.objects.all()
    assert (code.sign_in_id, code.client_id) == (here.session_row.newest_id, rp.row.pk)
    assert (code.scopes, code.nonce, code.redirect_uri, code.acr) == (
        ["openid", "email"],
        "n",
        rp.redirect_uri,
        "AAL2_ANY",
    )


def test_what_is_told_is_the_level_that_was_reached_and_not_what_was_asked(rp, here):
    rp.code(here, acr_values="AAL3_ANY AAL2_OR_AAL3_ANY")
    assert Code.objects.get().acr == "AAL2_ANY"


def test_for_whoever_is_here_no_request_is_kept(rp, here):
    rp.code(here)
    assert not Request.objects.exists()


def test_a_code_for_who_is_here_takes_few_statements(rp, here):
    rp.code(here)
    with CaptureQueriesContext(connection) as queries:
        rp.code(here)
    asked = [query["sql"] for query in queries if not APART.match(query["sql"])]
    assert len(asked) <= 2, asked


def test_who_is_not_here_is_led_to_sign_in_for_that_service(rp, client):
    answer = rp.authorize(client, acr_values="AAL2_OR_AAL3_ANY")
    assert answer.url == "/sign-in/"
    [visit] = Visit.objects.all()
    assert (visit.purpose, visit.client, visit.service) == ("service", rp.row.client_id, rp.row.name)
    assert (visit.then, visit.origin, visit.level, visit.kinds) == (
        "provider:continue",
        "https://service1.example.nhs.uk",
        2,
        [],
    )
    assert Request.objects.get().pk == visit.then_id


def test_a_state_is_kept_under_seal(rp, client):
    rp.authorize(client, state="lamp otter")
    with connection.cursor() as cursor:
        cursor.execute("SELECT asked FROM provider_request")
        assert b"lamp" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"client_id": "somebody"}, "client"),
        ({"client_id": None}, "client"),
        ({"redirect_uri": None}, "redirect"),
        ({"redirect_uri": "https://service1.example.nhs.uk/back?more=1"}, "redirect"),
        ({"redirect_uri": "https://SERVICE1.example.nhs.uk/back"}, "redirect"),
    ],
)
def test_where_it_is_not_known_whom_to_tell_there_is_a_page(rp, here, fields, reason):
    answer = rp.authorize(here, **fields)
    assert answer.status_code == 400
    assert seen(answer) == ("provider-error", reason)
    assert "<form" not in answer.content.decode()
    assert not Code.objects.exists()


def test_a_client_that_is_turned_off_gets_a_page(relying, here):
    assert seen(relying(is_on=False).authorize(here)) == ("provider-error", "client")


def test_an_error_goes_back_with_its_state_and_ours_as_the_issuer(rp, here, settings):
    answer = rp.authorize(here, response_type="token", state="a&b=c")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{rp.redirect_uri}?")
    assert told(answer)["error"] == "unsupported_response_type"
    assert told(answer)["state"] == "a&b=c"
    assert told(answer)["iss"] == settings.ISSUER


def test_a_redirect_address_keeps_the_query_that_it_is_registered_with(relying, here):
    address = "https://service.example.nhs.uk/back?tenant=7%2F8&y"
    party = relying(redirect_uris=[address])
    for answer in (party.authorize(here), party.authorize(here, scope="profile")):
        assert answer.headers["Location"].startswith(f"{address}&")


def test_a_request_by_post_is_asked_again_by_get_to_which_the_cookies_come(rp, here):
    answer = here.post("/oidc/authorize", rp.asks(state="a+b é&"))
    assert answer.status_code == 303
    assert urlsplit(answer.url).path == "/oidc/authorize"
    assert told(here.get(answer.url))["state"] == "a+b é&"


def test_a_request_by_post_needs_no_token_of_ours(rp, person, signed_in):
    from django.test import Client as Browser

    browser = signed_in(person, Browser(enforce_csrf_checks=True))
    assert browser.post("/oidc/authorize", rp.asks()).status_code == 303


def test_a_post_that_is_too_long_for_an_address_gets_a_page(rp, here):
    assert seen(here.post("/oidc/authorize", rp.asks(foo="x" * 9_000))) == ("provider-error", "request")


@pytest.mark.parametrize("body", [b"{}", b"\xff\xfe", b"client_id=%00&redirect_uri=%ff", b""])
def test_a_post_of_anything_else_is_no_fault_of_ours(here, body):
    answer = here.generic("POST", "/oidc/authorize", body, content_type="application/x-www-form-urlencoded")
    assert here.get(answer.url).status_code == 400


def test_a_head_uses_no_code_up(rp, here):
    assert here.head("/oidc/authorize", rp.asks()).status_code == 405
    assert not Code.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "state=%00",
        "state=%FF",
        "state=%ED%A0%80",
        "prompt=%00",
        "nonce=%C3%28",
        "max_age=%D9%A3",
        "%00=1",
        "%FF=1",
        "&&&=&;=%",
        "acr_values=%E2%80%AE",
    ],
)
def test_odd_bytes_are_never_a_fault_of_ours(rp, here, query):
    answer = here.get(f"/oidc/authorize?{urlencode(rp.asks(state=None, nonce=None))}&{query}")
    assert answer.status_code in {302, 400}


def test_a_long_state_goes_round_through_the_pages(rp, here):
    state = "0123456789abcdef" * 128
    assert told(rp.authorize(here, state=state))["state"] == state
    assert told(rp.authorize(here, state=state + "0"))["error"] == "invalid_request"


def test_one_address_may_ask_three_hundred_times_in_ten_minutes(rp, here, monkeypatch):
    limit = all_limits.ALL["provider_authorize"]
    assert (limit.most, limit.window.total_seconds(), limit.shared) == (300, 600, True)
    monkeypatch.setattr(type(limit), "most_with", lambda self, room: 1 if self.name == limit.name else self.most)
    assert rp.authorize(here).status_code == 302
    answer = rp.authorize(here)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert seen(answer)[0] == "locked"


def test_without_keys_there_is_no_provider(rp, here, settings):
    settings.SIGNING_KEYS = ""
    assert rp.authorize(here).status_code == 404
    assert here.get("/oidc/authorize/continue").status_code == 404


def test_a_client_that_must_use_pkce_is_told_so(rp, here):
    assert told(rp.authorize(here, code_challenge=None, code_challenge_method=None))["error"] == "invalid_request"


def test_a_client_of_old_may_do_without_pkce(relying, here):
    answer = relying(needs_pkce=False).authorize(here, code_challenge=None, code_challenge_method=None)
    assert "code" in parse_qs(urlsplit(answer.url).query)
