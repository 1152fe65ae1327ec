"""Signing out for a service in Chromium: the page that asks, where its form leads, and who can't be told."""

from urllib.parse import urlencode

import pytest

from tests.account.browser.entering import give, sign_in
from tests.browser import closely

NAME = "Vaccinations_without_a_space_in_its_name_and_more"
BACK = "http://localhost:1/signed-out"
CLIENT = """WITH service AS (INSERT INTO careid_service (name, address, description) VALUES (%s, '', '') RETURNING id)
    INSERT INTO provider_client (service_id, client_id, is_on, token_endpoint_auth_method, token_endpoint_auth_signing_alg,
        jwks_uri, fetch_fault, redirect_uris, post_logout_redirect_uris, backchannel_logout_uri, scopes, default_acr_values,
        id_token_signed_response_alg, needs_pkce, needs_role, made_at)
    SELECT id, 'leaving', true, 'client_secret_post', 'RS512', '', '', '{}', ARRAY[%s], '', '{openid}', 'AAL2_ANY', 'RS256',
        false, false, now() FROM service RETURNING id"""
USED = """INSERT INTO provider_logout (id, session_id, client_id, profile_id, made_at, over_at, state, tries, answer)
    SELECT gen_random_uuid(), s.id, %s, profile_id, now(), now() + interval '12 hours', 'listening', 0, ''
    FROM sign_in_session s JOIN careid_profile p ON p.id = s.profile_id WHERE email = %s ON CONFLICT DO NOTHING RETURNING 1"""


@pytest.fixture
def service(walk):
    """Somebody is signed in, and to a service that can't be told."""
    [(pk,)] = walk.portal.query(CLIENT, NAME, BACK)
    sign_in(walk, give(walk, "Work phone"))
    assert walk.portal.query(USED, pk, walk.email)
    walk.page.context.route("http://localhost:1/**", lambda route: route.fulfill(body="<p>At the service</p>"))
    yield pk
    walk.portal.query("WITH gone AS (DELETE FROM provider_logout WHERE client_id = %s) SELECT 1", pk)
    walk.portal.query("WITH gone AS (DELETE FROM provider_client WHERE id = %s) SELECT 1", pk)
    walk.portal.query("WITH gone AS (DELETE FROM careid_service WHERE name = %s) SELECT 1", NAME)


def test_the_page_that_asks_leads_back_and_ours_names_who_can_not_be_told(walk, service):
    asked = urlencode({"client_id": "leaving", "post_logout_redirect_uri": BACK, "state": "a b&c"})
    walk.open(f"/oidc/connect/endSession?{asked}")
    walk.at("sign-out-ask").get_by_text(NAME).wait_for()
    closely.look(walk, "sign-out-ask")
    walk.press("Sign out")
    walk.page.get_by_text("At the service").wait_for()
    assert walk.page.url == f"{BACK}?state=a+b%26c"
    sign_in(walk, give(walk, "Tablet"))
    walk.open("/sign-out/")
    assert walk.portal.query(USED, service, walk.email)
    walk.press("Sign out")
    walk.at("signed-out").get_by_text("You may still be signed in").wait_for()
    closely.look(walk, "signed-out-untold")
