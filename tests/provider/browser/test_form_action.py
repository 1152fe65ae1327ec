"""A sign-in for a service in Chromium: its policy stops a form's redirects at every origin that it does not list."""

import secrets
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from authenticators.models import Authenticator
from tests import kinds

SERVICE = "INSERT INTO careid_service (name, address, description) VALUES (%s, '', '') RETURNING id"
CLIENT = """INSERT INTO provider_client (service_id, client_id, is_on, token_endpoint_auth_method, token_endpoint_auth_signing_alg,
        jwks_uri, fetch_fault, redirect_uris, post_logout_redirect_uris, backchannel_logout_uri, scopes, default_acr_values,
        id_token_signed_response_alg, needs_pkce, needs_role, made_at)
    VALUES (%s, %s, true, 'none', 'RS512', '', '', ARRAY[%s], '{}', '', '{openid}', 'AAL2_ANY', 'RS256', false, false, now()) RETURNING id"""
HELD = """INSERT INTO authenticators_authenticator (id, profile_id, kind, external_id, name, material, details, added_at, added_by,
        usable_from, state, state_reason, state_changed_at)
    SELECT %s, id, %s, %s, '', %s, '{}', now(), 'person', now(), 'active', '', now() FROM careid_profile WHERE email = %s RETURNING 1"""
CHALLENGE = "x" * 43


@contextmanager
def service():
    """A service of another origin: its address."""

    class Back(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b'<!DOCTYPE html><html lang="en"><title>Service</title><body data-page="service">Back')

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Back) as server:
        running = threading.Thread(target=server.serve_forever, daemon=True)
        running.start()
        yield f"http://localhost:{server.server_port}/back"
        server.shutdown()
        running.join()


def asked(portal, address):
    """The authorization request of a client with this redirect address, which is put on file."""
    [(pk,)] = portal.query(SERVICE, f"Service at {address}")
    client_id = secrets.token_hex(8)
    assert portal.query(CLIENT, pk, client_id, address)
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": address,
        "scope": "openid",
        "state": "as it came",
    }
    return "/oidc/authorize?" + urlencode(parameters | {"code_challenge": CHALLENGE, "code_challenge_method": "S256"})


def give(walk, one):
    """Whoever walks holds this too."""
    material = bytes(Authenticator.material.field.seal(one.material, one))
    assert walk.portal.query(HELD, one.pk, one.kind, one.external_id, material, walk.email)
    return kinds.Holder(walk.email, kinds.way(one.kind).held_of(one))


def prove(walk, kind, holder):
    """Each page of signing in with it, as a person types."""
    for answer in kinds.proving(kind).values():
        page = walk.page.content()
        for name, value in answer(page, walk.portal.url, holder).items():
            walk.page.locator(f'[name="{name}"]').fill(value)
        with walk.page.expect_navigation():
            walk.press()


@pytest.mark.parametrize("javascript", [True, False])
def test_whoever_signs_in_comes_to_the_service_of_another_origin(walk, one, browser, javascript):
    context = browser.new_context(java_script_enabled=javascript)
    walk.page = context.new_page()
    with service() as address:
        walk.open(asked(walk.portal, address))
        walk.at("sign-in")
        prove(walk, one.kind, give(walk, one))
        walk.at("service")
    told = parse_qs(urlsplit(walk.page.url).query)
    assert walk.page.url.startswith(f"{address}?")
    assert told["state"] == ["as it came"]
    assert told["code"]
    context.close()


def test_whoever_goes_back_comes_to_it_too(walk):
    with service() as address:
        walk.open(asked(walk.portal, address))
        walk.at("sign-in").get_by_role("button", name="without signing in").click()
        walk.at("service")
    assert parse_qs(urlsplit(walk.page.url).query)["error"] == ["access_denied"]


def test_where_it_is_over_its_page_is_looked_at(walk):
    walk.open("/oidc/authorize?client_id=somebody")
    walk.at("provider-error")
    walk.look("provider-error-client")
    walk.open("/oidc/authorize/continue")
    walk.look("provider-error-gone")
