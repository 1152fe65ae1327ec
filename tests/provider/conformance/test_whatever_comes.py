"""Whatever a party or a browser sends to any endpoint: never a fault of ours, and no way to another's address."""

from urllib.parse import urlencode

import pytest

from tests.provider.conformance.suite import AFTER

ODD = ("\0", "\u202e", "x" * 9000, "\u00e9" * 500, "<script>", "%00", "\r\nSet-Cookie: a=b", "9" * 18, "//evil.example")  # fmt: skip
ASKED = (
    "client_id", "redirect_uri", "scope", "state", "nonce", "prompt", "max_age", "acr_values", "id_token_hint", "login_hint",
    "code_challenge", "code_challenge_method", "response_type", "response_mode", "display", "ui_locales", "claims", "request",
    "request_uri", "registration",
)  # fmt: skip
POSTED = (
    "grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret", "client_assertion",
    "client_assertion_type", "token", "token_type_hint",
)  # fmt: skip
ENDED = ("id_token_hint", "post_logout_redirect_uri", "state", "client_id", "logout_hint", "ui_locales")


def leads(answer, *there):
    """Where an answer leads is a page of ours, or one of those."""
    to = answer.headers.get("Location", "/")
    assert answer.status_code < 500
    assert (to.startswith("/") and not to.startswith("//")) or to.startswith(there)
    return True


@pytest.mark.parametrize("name", ASKED)
def test_to_the_authorization_endpoint(party, badge, name):
    party.sign_in(badge)
    for odd in ODD:
        answer = party.ask(**{name: odd})
        assert leads(answer, f"{party.row.redirect_uris[0]}?"), odd
        assert leads(party.follow(answer), f"{party.row.redirect_uris[0]}?"), odd


@pytest.mark.parametrize("name", POSTED)
def test_to_the_endpoints_that_clients_call(party, name):
    right = {
        "grant_type": "authorization_code",
        "code": "made up",
        "redirect_uri": "https://a.example",
        "token": "made up",
    }
    for odd in ODD:
        for endpoint in ("token_endpoint", "introspection_endpoint", "revocation_endpoint"):
            assert party.post(endpoint, right | {name: odd}).status_code in {200, 400, 401}, odd


def test_to_userinfo(party):
    for odd in ODD:
        assert (
            party.userinfo(odd.encode("ascii", "ignore").decode().translate({0: None, 10: None, 13: None})).status_code
            == 401
        )
        form = party.line.post(party.path("userinfo_endpoint"), urlencode({"access_token": odd}), "application/x-www-form-urlencoded")  # fmt: skip
        assert form.status_code in {400, 401}, odd


@pytest.mark.parametrize("name", ENDED)
def test_to_the_end_of_a_session(party, badge, name):
    given = party.sign_in(badge)
    for odd in ODD:
        asked = {"id_token_hint": given.id_token, "post_logout_redirect_uri": AFTER, name: odd}
        path = party.path("end_session_endpoint")
        assert leads(party.browser.client.get(f"{path}?{urlencode(asked)}"), AFTER), odd
        assert leads(party.browser.client.post(path, asked), AFTER), odd
