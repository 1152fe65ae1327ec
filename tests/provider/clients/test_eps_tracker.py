"""The EPS prescription tracker: NHSDigital/eps-prescription-tracker-ui, by AWS Cognito and a function of its own."""

import secrets
import time
from uuid import uuid4

import jwt
import pytest

from tests.provider.clients.reading import read

SCOPE = "openid profile nhsperson nationalrbacaccess associatedorgs"


@pytest.fixture
def tracker(make_keyed):
    return make_keyed("RS512", scopes=SCOPE.split(), needs_pkce=False)


def asked(tracker):
    sent = {
        "client_id": tracker.row.client_id,
        "redirect_uri": tracker.row.redirect_uris[0],
        "response_type": "code",
        "scope": SCOPE,
        "prompt": "login",
        "state": secrets.token_urlsafe(400),  # Cognito's own, which is long
    }
    tracker.asked = sent
    return tracker.browser.client.get(tracker.path("authorization_endpoint"), sent)


def redeem(tracker, code):
    """Signed by its function: a `jti` that is a UUID, five minutes."""
    return tracker.redeem(code, client_assertion=tracker.assertion(jti=str(uuid4()), exp=int(time.time()) + 300))


def checked(tracker, answer):
    """As its function checks, but for the level: returns the claims and userinfo."""
    assert answer.status_code == 200, answer.content.decode()
    tokens = answer.json()
    assert jwt.get_unverified_header(tokens["id_token"])["kid"]
    claims = read(tracker, tokens["id_token"], issuer=tracker.about()["issuer"], leeway=5)
    told = tracker.userinfo(tokens["access_token"]).json()
    assert told["sub"] == claims["sub"]
    assert isinstance(told["nhsid_nrbac_roles"], list)
    return claims, told


def test_somebody_signs_in(tracker, badge):
    claims, told = checked(tracker, redeem(tracker, tracker.came_back(tracker.follow(asked(tracker), badge))["code"]))
    role = claims.get("selected_roleid", told.get("selected_roleid"))
    assert role in {None, *(one["person_roleid"] for one in told["nhsid_nrbac_roles"])}


def test_at_hash_which_is_its_sessions_id_is_there_and_never_the_same(tracker, badge):
    seen = [
        checked(tracker, redeem(tracker, tracker.came_back(tracker.follow(asked(tracker), badge))["code"]))[0][
            "at_hash"
        ]
        for _ in range(2)
    ]
    assert len(set(seen)) == 2


def test_its_own_check_of_the_level_is_told_the_truth(tracker, badge):
    """What it takes begins with AAL3_, or is missing: at AAL2 it refuses, as it should."""
    claims, _ = checked(tracker, redeem(tracker, tracker.came_back(tracker.follow(asked(tracker), badge))["code"]))
    assert not claims.get("acr", "AAL3_ANY").startswith("AAL3_")


def test_as_it_asks_for_no_level_its_people_are_told_to_use_a_smartcard(tracker, badge):
    type(tracker.row).objects.update(default_acr_values="AAL3_ANY")
    assert 'data-reason="level"' in tracker.follow(asked(tracker), badge).content.decode()


def test_it_passes_no_session_state_on_since_none_comes(tracker, badge):
    assert set(tracker.came_back(tracker.follow(asked(tracker), badge))) == {"code"}
