"""The page of roles in Chromium: looked at, searched by keyboard without JavaScript, and left for the service."""

import re
from urllib.parse import urlencode

import pytest

from tests.account.browser.entering import enter, give, sign_in
from tests.browser import closely

SERVICE = "INSERT INTO careid_service (name, address, description) VALUES (%s, '', '') RETURNING id"
CLIENT = """INSERT INTO provider_client (service_id, client_id, is_on, token_endpoint_auth_method,
        token_endpoint_auth_signing_alg, jwks_uri, fetch_fault, redirect_uris, post_logout_redirect_uris,
        backchannel_logout_uri, scopes, default_acr_values, id_token_signed_response_alg, needs_pkce, needs_role, made_at)
    VALUES (%s, %s, true, 'client_secret_post', 'RS512', '', '', ARRAY[%s], '{}', '', '{openid,selectedrole}', 'AAL2_ANY',
        'RS256', false, false, now()) RETURNING 1"""
ROLE = """INSERT INTO careid_role (profile_id, person_roleid, person_orgid, org_code, role_code, role_name, activity_codes,
        activities, workgroups_codes, workgroups, aow_codes, aow)
    SELECT id, user_id || %s, '1', %s, 'R8000', %s, '{}', '{}', '{}', '{}', '{}', '{}' FROM careid_profile
    WHERE email = %s RETURNING 1"""
NAMES = ("Nurse Access Role", "Clerk", "Porter", "Pharmacist", "Midwife", "Role_without_a_space_of_forty_letters_here")


@pytest.fixture
def asking(walk):
    """Somebody who is signed in, with as many roles as are asked for, and the address by which a service asks."""

    def ask(roles):
        name = f"Vaccinations_without_a_space_in_its_name_{roles}"
        [(service,)] = walk.portal.query(SERVICE, name)
        back = f"http://localhost:1/{service}"
        assert walk.portal.query(CLIENT, service, f"client {service}", back)
        for number, role in enumerate(NAMES[:roles]):
            assert walk.portal.query(ROLE, number, ("RX1", "RX2")[number % 2], role, walk.email)
        sign_in(walk, give(walk, "Work phone"))
        walk.page.context.route("http://localhost:1/**", lambda route: route.fulfill(body="<p>At the service</p>"))
        asked = {"response_type": "code", "client_id": f"client {service}", "redirect_uri": back}
        return f"/oidc/authorize?{urlencode(asked | {'scope': 'openid selectedrole'})}"

    return ask


def test_few_roles_are_a_list_from_which_the_keyboard_leads_to_the_service(walk, asking):
    walk.open(asking(2))
    walk.at("sign-in-role")
    closely.look(walk, "sign-in-role")
    walk.press()
    walk.page.get_by_role("alert").wait_for()
    closely.look(walk, "sign-in-role-wrong")
    walk.page.get_by_role("link", name="Choose a role").click()
    walk.page.keyboard.press("Space")
    walk.page.keyboard.press("Enter")
    walk.page.get_by_text("At the service").wait_for()
    assert re.search(r"[?&]code=", walk.page.url)


def test_many_are_searched_without_javascript(walk, asking, browser):
    address, token = asking(6), enter(walk, give(walk, "Tablet"))
    walk.open(address)
    walk.at("sign-in-role")
    closely.look(walk, "sign-in-role-many")
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "careid-session", "value": token, "url": walk.portal.url}])
    page = context.new_page()
    page.goto(walk.portal.url + address)
    page.get_by_label("Search your roles").fill("porter")
    page.keyboard.press("Enter")
    page.get_by_text("Found 1 of your 6 roles").wait_for()
    assert "porter" not in page.url.lower()
    page.get_by_label("Porter").check()
    context.route("http://localhost:1/**", lambda route: route.fulfill(body="<p>At the service</p>"))
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("At the service").wait_for()
    context.close()
