"""The National Document Repository: nhsconnect/national-document-repository."""

import secrets

import jwt
import pytest

from tests.provider.clients.reading import equal, read
from tests.provider.conformance.suite import Party, registered

SCOPE = "openid profile nhsperson nationalrbacaccess selectedrole"


@pytest.fixture
def repository(db, listener):
    """It asks for no level: an operator has written AAL2 into its row, where it would be AAL3 else."""
    fields = {"scopes": SCOPE.split(), "needs_pkce": False, "backchannel_logout_uri": listener.address("/logout")}
    return Party(*registered("client_secret_post", **fields))


def asked(repository):
    """No nonce, no PKCE, no acr_values."""
    sent = {
        "client_id": repository.row.client_id,
        "redirect_uri": repository.row.redirect_uris[0],
        "response_type": "code",
        "scope": SCOPE,
        "prompt": "login",
        "state": secrets.token_urlsafe(22),
    }
    repository.asked = sent
    return repository.browser.client.get(repository.path("authorization_endpoint"), sent)


def checked(repository, code):
    """As its OIDC service does. Returns the ID token's claims and the role that was chosen."""
    answer = repository.redeem(code)
    assert answer.status_code == 200, answer.content.decode()
    tokens = answer.json()
    issuer = repository.about()["issuer"]
    claims = read(repository, tokens["id_token"], issuer=issuer, options={"require": ["iss", "aud", "exp", "iat"]})
    assert jwt.get_unverified_header(tokens["id_token"])["alg"] == "RS256"
    assert [type(claims[name]) for name in ("sub", "sid", "selected_roleid", "exp")] == [str, str, str, int]
    told = repository.userinfo(tokens["access_token"]).json()
    assert told["nhsid_useruid"] == claims["sub"]
    [role] = [one for one in told["nhsid_nrbac_roles"] if one["person_roleid"] == claims["selected_roleid"]]
    return claims, role


def test_a_surgery_signs_in(repository, badge):
    claims, role = checked(repository, repository.came_back(repository.follow(asked(repository), badge))["code"])
    assert role["org_code"] == badge.profile.organisation.code
    assert [part for part in role["role_code"].split(":") if part.startswith("R")] == ["R8001"]
    assert "nonce" not in claims


def test_what_it_looks_for_in_production_is_not_told_of_a_lower_level(repository, badge):
    """`"aal3" in acr.lower()` would hold of what clients ask for, AAL2_OR_AAL3_ANY: told is what was reached."""
    claims, _ = checked(repository, repository.came_back(repository.follow(asked(repository), badge))["code"])
    assert "aal3" not in claims["acr"].lower()


def test_it_finds_its_session_by_sid_when_it_hears_of_the_end(repository, badge, told):
    claims, _ = checked(repository, repository.came_back(repository.follow(asked(repository), badge))["code"])
    repository.browser.client.post("/sign-out/")
    [token] = told()
    heard = read(repository, token, issuer=repository.about()["issuer"], options={"require": ["exp", "iat"]})
    assert equal(heard, sid=claims["sid"])


def test_where_no_level_is_written_into_its_row_nobody_without_a_smartcard_gets_in(repository, badge):
    type(repository.row).objects.update(default_acr_values="AAL3_ANY")
    assert 'data-reason="level"' in repository.follow(asked(repository), badge).content.decode()
