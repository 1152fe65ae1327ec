"""Ruby's omniauth_openid_connect signs in here with Mavis's own options."""

import os
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.contract import programs


@pytest.fixture(scope="module", autouse=True)
def _there():
    ruby = ["ruby", "-e", "require 'omniauth_openid_connect'; require 'webrick'; require 'rack'"]
    if not shutil.which("rackup") or subprocess.run(ruby, capture_output=True, check=False).returncode:
        pytest.skip("DID NOT RUN: Debian's ruby-omniauth-openid-connect is absent, so Mavis's own client was not tried")


@pytest.fixture(params=["OmniAuth", "OmniAuth by key"])
def front(request, ours, tmp_path):
    one, port = ours.clients[request.param], ours.ports[request.param.lower().replace(" ", "_")]
    given = {"OIDC_ISSUER": ours.issuer, "OIDC_ID": one.id, "OIDC_PORT": str(port), "OIDC_SECRET": one.secret}
    if request.param == "OmniAuth by key":
        (tmp_path / "key.pem").write_bytes(
            one.private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        )
        given |= {"OIDC_KEY": str(tmp_path / "key.pem"), "OIDC_SECRET": ""}
    command = [
        "rackup",
        "-s",
        "webrick",
        "-o",
        "localhost",
        "-p",
        str(port),
        "-E",
        "production",
        str(programs.HERE / "omniauth.ru"),
    ]
    with programs.listening(command, port, tmp_path / "log", env={**os.environ, **given}):
        yield f"http://localhost:{port}"


def test_it_signs_somebody_in(front, someone):
    page = someone.go(f"{front}/auth/cis2")
    assert page.status_code == 200, page.text
    told = page.json()
    assert told["uid"] == told["raw"]["uid"]
    assert told["email"] == someone.email
    [role] = told["raw"]["nhsid_nrbac_roles"]
    assert role["org_code"] == "RX1"
