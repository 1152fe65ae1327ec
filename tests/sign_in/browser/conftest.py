"""A service that asks somebody to sign in, and is never reached: what it would show stands here."""

from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

SERVICE = "INSERT INTO careid_service (name, address, description) VALUES (%s, '', '') RETURNING id"
CLIENT = """INSERT INTO provider_client (service_id, client_id, is_on, token_endpoint_auth_method,
        token_endpoint_auth_signing_alg, jwks_uri, fetch_fault, redirect_uris, post_logout_redirect_uris,
        backchannel_logout_uri, scopes, default_acr_values, id_token_signed_response_alg, needs_pkce, needs_role, made_at)
    VALUES (%s, %s, true, 'client_secret_post', 'RS512', '', '', ARRAY[%s], '{}', '', '{openid}', 'AAL2_ANY', 'RS256',
        false, %s, now()) RETURNING 1"""


@pytest.fixture
def service(walk):
    """`service(needs_role=…)` makes one: it has a `name`, and the `path` by which it asks, with `more` parameters."""

    def make(*, needs_role=False):
        name = "Vaccinations_without_a_space_in_its_name_since_somebody_liked_it_so"
        [(pk,)] = walk.portal.query(SERVICE, f"{name}_{walk.email}")
        back, client_id = f"http://localhost:1/{pk}", f"{pk}.apps.national"
        assert walk.portal.query(CLIENT, pk, client_id, back, needs_role)
        answers(walk.page.context)
        usual = {"response_type": "code", "client_id": client_id, "redirect_uri": back, "scope": "openid"}
        return SimpleNamespace(
            name=f"{name}_{walk.email}", path=lambda **more: f"/oidc/authorize?{urlencode(usual | more)}"
        )

    return make


def answers(context):
    """Let the service answer in this browser."""
    context.route("http://localhost:1/**", lambda route: route.fulfill(body="<p>At the service</p>"))
