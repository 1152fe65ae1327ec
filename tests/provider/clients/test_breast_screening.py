"""Breast screening: NHSDigital/manage-breast-screening, by authlib."""

import secrets
import time

import pytest

from tests.provider.clients.reading import equal, read
from tests.provider.conformance.suite import Party, jwk, key, registered

SCOPE = "openid profile email nhsperson associatedorgs"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def screening(make_keyed, listener):
    """It publishes two keys while it rotates them, each of them for RS512."""
    listener.published = {"keys": [jwk(key(number=number)) | {"alg": "RS512"} for number in (1, 0)]}
    addresses = {"jwks_uri": listener.address("/jwks"), "backchannel_logout_uri": listener.address("/logout")}
    row, _ = registered("private_key_jwt", scopes=SCOPE.split(), needs_pkce=False, **addresses)
    return Party(row, private=key(), alg="RS512")


def asked(screening, acr_values="AAL2_OR_AAL3_ANY"):
    sent = {
        "response_type": "code",
        "client_id": screening.row.client_id,
        "redirect_uri": screening.row.redirect_uris[0],
        "scope": SCOPE,
        "state": secrets.token_urlsafe(22),
        "nonce": secrets.token_urlsafe(15),
        "prompt": "login",
        "acr_values": acr_values,
    }
    screening.asked = sent
    return screening.browser.client.get(screening.path("authorization_endpoint"), sent)


def redeem(screening, code, **said):
    """An assertion of five minutes, which names its key by the thumbprint."""
    return screening.redeem(code, client_assertion=screening.assertion(exp=int(time.time()) + 300, **said))


def checked(screening, answer):
    issuer = screening.about()["issuer"]
    assert answer.status_code == 200, answer.content.decode()
    tokens = answer.json()
    claims = read(screening, tokens["id_token"], issuer=issuer)
    assert equal(claims, nonce=screening.asked["nonce"])
    told = screening.userinfo(tokens["access_token"]).json()
    assert told["sub"] == claims["sub"]
    assert int(claims["id_assurance_level"]) >= 3
    assert int(claims["authentication_assurance_level"]) >= 2
    assert all(told[name] for name in ("email", "given_name", "family_name"))
    return claims


def test_somebody_signs_in(screening, badge):
    back = screening.came_back(screening.follow(asked(screening), badge))
    checked(screening, redeem(screening, back["code"]))


def test_it_signs_with_either_of_the_keys_that_it_publishes(screening, badge, listener):
    for number in (0, 1):
        screening.private = key(number=number)
        back = screening.came_back(screening.follow(asked(screening), badge))
        checked(screening, redeem(screening, back["code"]))
    assert listener.asked == 1


def test_it_reads_in_the_answer_that_its_assertion_was_bad(screening, badge):
    back = screening.came_back(screening.follow(asked(screening), badge))
    screening.private = key(number=2)
    answer = redeem(screening, back["code"])
    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_client", "error_description": "JWT is not valid"}


def test_what_needs_a_smartcard_says_so_and_sends_back(screening, badge):
    page = screening.follow(asked(screening, "AAL3_ANY"), badge)
    assert 'data-reason="level"' in page.content.decode()
    left = screening.browser.client.post(f"{screening.path('authorization_endpoint')}/continue", {"leave": "1"})
    assert screening.error(left) == "unmet_authentication_requirements"


def test_it_signs_somebody_out_when_it_hears_of_the_end(screening, badge, told):
    back = screening.came_back(screening.follow(asked(screening), badge))
    given = checked(screening, redeem(screening, back["code"]))
    screening.browser.client.post("/sign-out/")
    [token] = told()
    claims = read(screening, token, issuer=given["iss"], leeway=60, options={"require": ["iss", "aud", "exp", "iat"]})
    assert EVENT in claims["events"]
    assert "nonce" not in claims
    assert claims["sub"] == given["sub"]
