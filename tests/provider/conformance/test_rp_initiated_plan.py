"""The modules of the OpenID Foundation's plan of RP-initiated logout, each by its name.

In each the person is signed in by a whole flow first, and the relying party then sends them to be signed out.
"""

from urllib.parse import parse_qsl, urlencode

import jwt
import pytest

from tests.provider.conformance.suite import AFTER, key

STATE = "a state, of the party's own: +%&=\u2603"


@pytest.fixture
def given(party, badge):
    return party.sign_in(badge)


@pytest.fixture
def end(party):
    def end(**asked):
        return party.browser.client.get(f"{party.path('end_session_endpoint')}?{urlencode(asked)}")

    return end


def is_here(party):
    """Whether the person is still signed in, as the module asks for it: without a page."""
    back = party.came_back(party.ask(prompt="none"))
    assert back.get("error", "login_required") == "login_required"
    return "code" in back


def asks(party, answer):
    """That nobody is sent anywhere: a page asks, or says what is wrong, and the person is still here."""
    assert (answer.status_code in {200, 400}, answer.headers.get("Location")) == (True, None)
    assert "data-page=" in answer.content.decode()
    return is_here(party)


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(party):
    assert party.about()["end_session_endpoint"].startswith(party.about()["issuer"])


def test_oidcc_rp_initiated_logout(party, given, end):
    answer = end(id_token_hint=given.id_token, post_logout_redirect_uri=AFTER, state=STATE)
    address, _, query = answer.headers["Location"].partition("?")
    assert (address, parse_qsl(query)) == (AFTER, [("state", STATE)])
    assert not is_here(party)


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(party, given, end):
    assert asks(party, end(id_token_hint=given.id_token, post_logout_redirect_uri=f"{AFTER}/other", state=STATE))


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(party, given, end):
    assert asks(party, end(id_token_hint=given.id_token, post_logout_redirect_uri=f"{AFTER}?foo=bar", state=STATE))


def test_oidcc_rp_initiated_logout_modified_id_token_hint(party, given, end):
    """The same claims without a signature."""
    modified = jwt.encode(given.claims, None, algorithm="none")
    assert asks(party, end(id_token_hint=modified, post_logout_redirect_uri=AFTER, state=STATE))


def test_oidcc_rp_initiated_logout_bad_id_token_hint(party, given, end):
    """The same claims, signed with another's key under the same name."""
    named = {"kid": jwt.get_unverified_header(given.id_token)["kid"]}
    signed = jwt.encode(given.claims, key(), algorithm="RS256", headers=named)
    assert asks(party, end(id_token_hint=signed, post_logout_redirect_uri=AFTER, state=STATE))


def test_oidcc_rp_initiated_logout_no_id_token_hint(party, given, end):
    assert asks(party, end(post_logout_redirect_uri=AFTER, state=STATE))


def test_oidcc_rp_initiated_logout_no_params(party, given, end):
    assert asks(party, end())


def test_oidcc_rp_initiated_logout_only_state(party, given, end):
    assert asks(party, end(state=STATE))


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(party, given, end):
    answer = party.follow(end(id_token_hint=given.id_token, state=STATE))
    assert (answer.status_code, 'data-page="signed-out"' in answer.content.decode()) == (200, True)
    assert not is_here(party)


def test_oidcc_rp_initiated_logout_no_state(party, given, end):
    answer = end(id_token_hint=given.id_token, post_logout_redirect_uri=AFTER)
    assert answer.headers["Location"] == AFTER
    assert not is_here(party)
