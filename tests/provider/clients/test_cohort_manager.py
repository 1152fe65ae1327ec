"""Cohort Manager: NHSDigital/dtos-cohort-manager, by Auth.js."""

import secrets

import pytest

from tests.provider.clients.conftest import CIS2
from tests.provider.clients.reading import equal, read
from tests.provider.conformance.suite import Party, registered

SCOPE = "openid profile nationalrbacaccess"


@pytest.fixture
def manager(as_cis2, person):
    return Party(*registered("client_secret_post", scopes=SCOPE.split(), needs_pkce=False))


def asked(manager):
    """A state alone, which is a JWE and long; `max_age`, since CIS2 wants it."""
    sent = {
        "scope": SCOPE,
        "acr_values": "AAL2_OR_AAL3_ANY",
        "max_age": "240",
        "response_type": "code",
        "client_id": manager.row.client_id,
        "redirect_uri": manager.row.redirect_uris[0],
        "state": f"eyJhbGciOiJkaXIifQ..{secrets.token_urlsafe(320)}",
    }
    manager.asked = sent
    return manager.browser.client.get(manager.path("authorization_endpoint"), sent)


def checked(manager, issuer, code):
    answer = manager.redeem(code)
    assert answer.status_code == 200, answer.content.decode()
    tokens = answer.json()
    claims = read(manager, tokens["id_token"], issuer=issuer)
    assert equal(claims, aud=manager.row.client_id, iss=issuer)
    assert claims["idassurancelevel"] >= "2"
    assert claims["authentication_assurance_level"] >= "2"
    return claims, tokens["access_token"]


def test_somebody_signs_in_and_is_told_of_at_the_address_that_it_has_written_down(manager, badge, as_cis2):
    back = manager.came_back(manager.follow(asked(manager), badge))
    _, access = checked(manager, as_cis2, back["code"])
    answer = manager.line.get(f"{CIS2}/userinfo", headers={"Authorization": f"Bearer {access}"})
    told = answer.json()
    assert isinstance(told["nhsid_nrbac_roles"], list)
    assert all(told[name] for name in ("uid", "given_name", "family_name"))


def test_who_has_no_role_has_an_empty_list_of_them(manager, badge, as_cis2):
    badge.profile.roles.all().delete()
    back = manager.came_back(manager.follow(asked(manager), badge))
    _, access = checked(manager, as_cis2, back["code"])
    assert manager.userinfo(access).json()["nhsid_nrbac_roles"] == []


def test_within_four_minutes_nobody_is_asked_twice(manager, badge, as_cis2):
    first, _ = checked(manager, as_cis2, manager.came_back(manager.follow(asked(manager), badge))["code"])
    second, _ = checked(manager, as_cis2, manager.came_back(asked(manager))["code"])
    assert (second["sid"], second["auth_time"]) == (first["sid"], first["auth_time"])
