"""Vaccinations in schools (Mavis): NHSDigital/manage-vaccinations-in-schools, by omniauth_openid_connect."""

import secrets
import time

import jwt
import pytest

from tests.provider.clients.conftest import give_role
from tests.provider.clients.reading import equal, read
from tests.provider.conformance.suite import Party, key, registered

SCOPE = "openid profile email nationalrbacaccess associatedorgs selectedrole"
CHANGED = SCOPE.replace("selectedrole", "changedrole")
SCOPES = [*CHANGED.split(), "selectedrole"]
EVENT = "http://schemas.openid.net/event/backchannel-logout"
FIELDS = {"name": "Mavis", "scopes": SCOPES, "needs_pkce": False, "token_endpoint_auth_signing_alg": "RS256"}


@pytest.fixture(params=["secret", "key"])
def mavis(request, as_cis2, listener, make_keyed):
    fields = {**FIELDS, "backchannel_logout_uri": listener.address("/logout")}
    if request.param == "key":
        return make_keyed("RS256", key(), **fields)
    return Party(*registered("client_secret_post", **fields))


def asked(mavis, scope=SCOPE):
    """What its browser is sent with: no PKCE."""
    sent = {
        "acr_values": "AAL2_OR_AAL3_ANY",
        "client_id": mavis.row.client_id,
        "nonce": secrets.token_hex(16),
        "prompt": "login",
        "redirect_uri": mavis.row.redirect_uris[0],
        "response_type": "code",
        "scope": scope,
        "state": secrets.token_hex(16),
    }
    mavis.asked = sent
    return mavis.browser.client.get(mavis.path("authorization_endpoint"), sent)


def given(mavis, back):
    """Its token request, then userinfo: an assertion of three minutes with a `jti` of 32 hex digits, or its secret."""
    answer = mavis.redeem(back["code"])
    assert answer.status_code == 200, answer.content.decode()
    tokens = answer.json()
    told = mavis.userinfo(tokens["access_token"]).json()
    return tokens["id_token"], told


def checked(mavis, issuer, id_token, told):
    """As its callbacks controller checks and keeps: returns the role, and `sid`, its session's token."""
    assert mavis.about()["issuer"] == issuer
    claims = read(mavis, id_token, issuer=issuer)
    assert equal(claims, iss=issuer, aud=mavis.row.client_id, nonce=mavis.asked["nonce"])
    assert told["sub"] == told["uid"] == claims["sub"]
    raw = claims | told
    assert int(raw["id_assurance_level"]) >= 3
    assert int(raw["authentication_assurance_level"]) >= 2
    assert time.time() - raw["auth_time"] < 5 * 60
    [role] = [one for one in raw["nhsid_nrbac_roles"] if one["person_roleid"] == raw["selected_roleid"]]
    assert {"org_code", "role_code", "activity_codes", "workgroups"} <= set(role)
    [org] = [one for one in raw["nhsid_user_orgs"] if one["org_code"] == role["org_code"]]
    assert org["org_name"]
    assert raw["email"]
    return role, raw["sid"]


def signed_in(mavis, badge, scope=SCOPE):
    return mavis.follow(asked(mavis, scope), badge)


def test_a_nurse_signs_in(mavis, badge, as_cis2):
    back = mavis.came_back(signed_in(mavis, badge))
    role, sid = checked(mavis, as_cis2, *given(mavis, back))
    assert role["person_roleid"] == "555021935107"
    assert isinstance(sid, str)


def test_who_has_several_roles_chooses_one_and_may_change_it(mavis, badge, as_cis2):
    give_role(badge.profile, "555021935108", role_code="S8000:G8001:R8006", role_name="Medical Secretary Access Role")
    chosen = []
    for scope, role in ((SCOPE, "555021935108"), (CHANGED, "555021935107")):
        page = signed_in(mavis, badge, scope)
        assert 'data-page="sign-in-role"' in page.content.decode()
        chosen.append(checked(mavis, as_cis2, *given(mavis, mavis.came_back(choose(mavis, page, role))))[0])
    assert [one["person_roleid"] for one in chosen] == ["555021935108", "555021935107"]


def choose(mavis, page, role):
    visit = page.content.decode().partition('name="visit" value="')[2].partition('"')[0]
    return mavis.follow(mavis.browser.client.post("/sign-in/role/", {"visit": visit, "role": role}))


def test_they_sign_in_again_each_time_and_keep_their_session(mavis, badge, as_cis2):
    sids = [checked(mavis, as_cis2, *given(mavis, mavis.came_back(signed_in(mavis, badge))))[1] for _ in range(2)]
    assert sids[0] == sids[1]
    assert mavis.follow(asked(mavis)).status_code == 200  # a page, though they are here


def test_it_ends_their_session_when_it_hears_of_the_end(mavis, badge, as_cis2, told):
    signed = time.time()
    back = mavis.came_back(signed_in(mavis, badge))
    _, sid = checked(mavis, as_cis2, *given(mavis, back))
    mavis.browser.client.post("/sign-out/")
    [token] = told()
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    claims = read(mavis, token, issuer=as_cis2)
    assert EVENT in claims["events"]
    assert equal(claims, iss=as_cis2, aud=mavis.row.client_id, sub=badge.profile.user_id, sid=sid)
    assert time.time() - 300 <= claims["iat"] <= time.time()
    assert claims["iat"] >= int(signed)
