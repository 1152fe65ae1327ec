"""Older services and their tests, in Node and Cypress: they ask for memberships, which nobody here has, and use a secret."""

import secrets

import pytest

from tests.provider.clients.reading import read
from tests.provider.conformance.suite import Party, registered

HAS = "openid profile email nhsperson nationalrbacaccess associatedorgs"
MORE = "professionalmemberships organisationalmemberships"


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_somebody_signs_in_and_what_is_not_known_here_is_left_out(db, badge, method):
    older = Party(*registered(method, scopes=HAS.split(), needs_pkce=False))
    back = older.came_back(older.follow(older.ask(scope=f"{HAS} {MORE}", state=secrets.token_hex(16)), badge))
    tokens = older.redeem(back["code"]).json()
    read(older, tokens["id_token"], issuer=older.about()["issuer"])
    told = older.userinfo(tokens["access_token"]).json()
    assert {"nhsid_useruid", "nhsid_user_orgs", "nhsid_org_roles", "nhsid_nrbac_roles", "email", "name"} <= set(told)
    assert not any("membership" in name for name in told)
    assert "membership" not in tokens.get("scope", HAS)
