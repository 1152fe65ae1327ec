"""A provider that hangs, swells, redirects, changes its keys or answers rubbish; and whatever may come to the callback."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import requests
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authenticators.models import Authenticator
from authenticators.nhsnet import adding, flows
from authenticators.nhsnet.back_channel import Client
from authenticators.nhsnet.oidc import Provider, Tenant
from careid.fetching import fetcher
from careid.fetching.fetcher import Unreachable
from demo import provider_http
from demo.provider_tokens import Sign
from enrolment import pending
from tests.environment import ENVIRONMENT
from tests.fakes.http import Scripted
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
CALLBACK = "/authenticators/nhsnet/callback/"
KEYS = f"/{ENVIRONMENT['NHSNET_TENANT_ID']}/discovery/v2.0/keys"


def call(*answers, method="get", seconds=5):
    session = Scripted(*answers)
    client = Client(lambda: session, 4)
    with fetcher.within(seconds):
        return getattr(client, method)("https://login.example/"), session


def reason_of(*answers, method="get", **more):
    with pytest.raises(Unreachable) as unreachable:
        call(*answers, method=method, **more)
    return unreachable.value.reason


class TestBackChannel:
    def test_an_answer_is_read(self):
        answer, session = call((200, "{}"))
        assert (answer.status_code, answer.text) == (200, "{}")
        [(_, _, asked)] = session.asked
        assert asked["allow_redirects"] is False
        assert asked["timeout"][0] == 3
        assert asked["headers"]["Accept-Encoding"] == "identity"

    def test_reading_is_tried_twice_and_posting_once(self):
        assert call(requests.ConnectionError(), (200, "{}"))[0].status_code == 200
        assert call((503, ""), (200, "{}"))[0].status_code == 200
        assert reason_of(requests.ConnectionError(), requests.ConnectionError()) == "away"
        assert reason_of(requests.ConnectionError(), (200, "{}"), method="post") == "away"
        assert reason_of((503, "{}"), (200, "{}"), method="post") == "server_error"
        assert reason_of((429, "{}"), (200, "{}"), method="post") == "server_error"

    @pytest.mark.parametrize("text", ["", "[]", "7", "<html>", "null", "[" * 100_000, b"\xff\xfe", "{}" + " " * 2**18])
    def test_rubbish(self, text):
        assert reason_of((200, text)) == "rubbish"

    def test_a_redirect_is_not_followed(self):
        assert reason_of((302, "{}", {"Location": "http://169.254.169.254/"})) == "rubbish"


SOUND = {
    "issuer": "https://login.example/t/v2.0", "authorization_endpoint": "https://login.example/t/authorize",
    "token_endpoint": "https://login.example/t/token", "jwks_uri": "https://login.example/t/keys",
}  # fmt: skip


def made(*answers):
    tenant = Tenant("https://login.example", "t", "us", "secret", "https://us.example/back", "https://login.example")
    session = Scripted(*answers)
    return Provider(tenant, session=lambda: session), session


class TestDiscovery:
    def test_it_is_read_once_for_all(self):
        provider, session = made((200, json.dumps(SOUND)))
        for _ in range(3):
            assert provider.begin()["auth_uri"].startswith("https://login.example/t/authorize?")
        assert len(session.asked) == 1

    @pytest.mark.parametrize("wrong", [
        {"issuer": "https://evil.example/"}, {"issuer": None}, {"authorization_endpoint": "https://evil.example/a"}, {"token_endpoint": "http://login.example/t"},
        {"jwks_uri": "https://login.example.evil.example/keys"}, {"jwks_uri": 7}, {"token_endpoint": None}, {"authorization_endpoint": "javascript:alert(1)"},
    ])  # fmt: skip
    def test_one_that_leads_elsewhere_is_not_followed(self, wrong):
        provider, _ = made((200, json.dumps(SOUND | wrong)))
        with pytest.raises(Unreachable):
            provider.begin()

    def test_a_failure_is_not_remembered(self):
        provider, _ = made((404, "{}"), (200, "<html>"), (200, json.dumps(SOUND)))
        for _ in range(2):
            with pytest.raises(Unreachable):
                provider.begin()
        assert provider.begin()["state"]

    def test_the_secret_is_not_in_what_is_printed(self):
        assert "secret" not in repr(made()[0].tenant).replace("client_secret", "")


class TestKeys:
    def test_a_new_key_is_found_by_one_fetch(self, visitor, person, link, provider):
        visitor.verify(person)
        link(visitor, "key")
        assert provider.seen[KEYS] == 1
        flows.provider()._fetched -= 61
        assert link(visitor, "rotated").url.endswith("/done/")
        assert provider.seen[KEYS] == 2

    def test_junk_key_ids_do_not_make_us_fetch(self, visitor, person, link, provider):
        visitor.verify(person)
        for _ in range(8):
            link(visitor, "key")
        assert provider.seen[KEYS] == 1
        assert link(visitor).url.endswith("/done/")
        assert provider.seen[KEYS] == 1

    def test_ten_at_once_fetch_once(self, provider):
        ours = flows.provider()

        def find(_):
            with fetcher.within():
                document, _ = ours.discovered()
                return ours.key(next(iter(provider.keys.pairs)), document)

        with ThreadPoolExecutor(10) as pool:
            assert all(pool.map(find, range(10)))
        assert provider.seen[KEYS] == 1

    def test_keys_that_cannot_be_had_are_not_the_persons_fault(self, visitor, person, link, provider):
        visitor.verify(person)
        provider.pages.pop(("GET", KEYS))
        assert link(visitor).url.endswith("/problem/unreachable/")

    def test_a_key_that_left_the_set_signs_no_more(self, visitor, person, link, provider):
        visitor.verify(person)
        link(visitor, "key")
        old = provider.keys.pairs.copy()
        provider.keys.rotate(kept=1)
        flows.provider()._fetched -= 86_401
        link(visitor, "key")
        provider.keys.pairs = provider.keys.pairs | old
        assert list(provider.keys.pairs)[-1] in old
        assert link(visitor).url.endswith("/problem/verification_failed/")


def test_the_stand_in_signs_badly_where_it_should():
    assert {Sign.NONE, Sign.HS256, Sign.FORGED, Sign.UNKNOWN} <= set(Sign)
    assert ENVIRONMENT["NHSNET_AUTHORITY"] == provider_http.AUTHORITY


NAMES = st.sampled_from(
    ["state", "code", "error", "error_description", "iss", "client_info", "session_state", "id_token", "x"]
)
VALUES = st.text(max_size=40) | st.sampled_from(
    ["", "access_denied", "AADSTS65001", "é" * 50, "0" * 5000, "eyJ9.e30.", "\x00", "\ud800"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, VALUES), max_size=6), st.booleans())
def test_whatever_comes_to_the_callback_binds_nothing_and_is_no_500(verified, answer, with_state):
    from urllib.parse import quote

    pairs = list(answer)
    if with_state:
        flow = {
            "state": "s",
            "nonce": "n",
            "code_verifier": "v" * 43,
            "redirect_uri": "http://localhost/",
            "scope": ["openid"],
        }
        pending.change(
            verified.attempt, "nhsnet", partial(adding._with, "s", {"flow": flow, "until": "2100-01-01T00:00:00+00:00"})
        )
        pairs = [("state", "s"), *(pair for pair in pairs if pair[0] != "state")]
    query = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in pairs)
    assert verified.client.get(f"{CALLBACK}?{query}").status_code in {302, 400}
    assert not Authenticator.objects.exists()


@pytest.fixture
def verified(person, provider):
    from enrolment.models import Attempt

    with connection.cursor() as cursor:  # the test's own transaction may idle while examples are thought of
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    visitor = Visitor()
    visitor.verify(person)
    visitor.attempt = Attempt.objects.get()
    return visitor


@pytest.mark.parametrize("answer", ["id_token", "error", "list", "empty", "nested", "no dots", "number"])
def test_rubbish_in_the_token_answer(answer, verified, sign_in, provider):
    from django.http import JsonResponse

    answers = {
        "id_token": {"id_token": "a.b.c"}, "error": {"error": {"a": 1}, "error_description": ["x"]}, "list": {"id_token": []}, "empty": {},
        "nested": {"id_token": "a." + "WyJbW1tb" * 900 + ".c"}, "no dots": {"id_token": "abc", "access_token": "x"}, "number": {"id_token": 7, "expires_in": "soon"},
    }  # fmt: skip
    provider.pages["POST", f"/{ENVIRONMENT['NHSNET_TENANT_ID']}/oauth2/v2.0/token"] = lambda _: JsonResponse(
        answers[answer]
    )
    told = "unknown" if answer == "error" else "verification_failed"
    assert verified.client.get(sign_in(verified)).url.endswith(f"/problem/{told}/")
