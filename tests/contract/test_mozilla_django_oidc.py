"""mozilla-django-oidc signs in here, with what its manual sets."""

import json
from secrets import token_urlsafe

import pytest

from tests.contract import programs


@pytest.fixture
def front(ours, tmp_path):
    one, port = ours.clients["Mozilla"], ours.ports["mozilla"]
    settings = {
        "SECRET_KEY": token_urlsafe(40),
        "OIDC_RP_CLIENT_ID": one.id,
        "OIDC_RP_CLIENT_SECRET": one.secret,
        "OIDC_RP_SIGN_ALGO": "RS256",
        "OIDC_RP_SCOPES": "openid email",
        "OIDC_USE_PKCE": True,
        "OIDC_OP_AUTHORIZATION_ENDPOINT": f"{ours.issuer}/authorize",
        "OIDC_OP_TOKEN_ENDPOINT": f"{ours.issuer}/access_token",
        "OIDC_OP_USER_ENDPOINT": f"{ours.issuer}/userinfo",
        "OIDC_OP_JWKS_ENDPOINT": f"{ours.issuer}/connect/jwk_uri",
        "OIDC_AUTH_REQUEST_EXTRA_PARAMS": {"acr_values": "AAL2_OR_AAL3_ANY"},
    }
    command = programs.python("mozilla.py", json.dumps({"port": port, "settings": settings}))
    with programs.listening(command, port, tmp_path / "log"):
        yield f"http://localhost:{port}"


def test_it_signs_somebody_in(front, someone):
    assert someone.go(f"{front}/").status_code == 401
    page = someone.go(f"{front}/oidc/authenticate/")
    assert (page.status_code, page.url) == (200, f"{front}/")
    assert page.json()["email"] == someone.email
