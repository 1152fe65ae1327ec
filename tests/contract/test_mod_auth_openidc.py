"""Apache's mod_auth_openidc signs in here, and ends its session when it hears that ours is over (and trap T11)."""

import datetime as dt
import os
import secrets
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.contract import programs
from tests.provider.conformance.suite import jwk

MODULES = Path("/usr/lib/apache2/modules")
WAYS = {"Apache Basic": "client_secret_basic", "Apache Post": "client_secret_post", "Apache key": "private_key_jwt"}
ENDS = {"Apache Basic": "", "Apache Post": "revoke", "Apache key": "sign_out"}  # by themselves, or by an operator
HEARS_WITHIN = 10  # seconds

pytestmark = pytest.mark.skipif(
    shutil.which("apache2") is None or not (MODULES / "mod_auth_openidc.so").exists(),
    reason="DID NOT RUN: Debian's libapache2-mod-auth-openidc is absent, so Apache's client was not tried",
)


@pytest.fixture
def folder():
    """Where Apache's own user can read, which pytest's folders don't let it."""
    with tempfile.TemporaryDirectory(prefix="careid-apache-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "pages" / "in").mkdir(parents=True)
        (folder / "pages" / "in" / "page.txt").write_text("for who is here")
        if os.geteuid() == 0:
            shutil.chown(folder, "www-data", "www-data")
        yield folder


@pytest.fixture(params=WAYS)
def front(request, ours, folder):
    one, port = ours.clients[request.param], ours.ports["apache"]
    proof = f"OIDCProviderTokenEndpointAuth {WAYS[request.param]}"
    if request.param == "Apache key":  # after its files, and with the public one too: its child dies else
        proof = "\n".join((*_files(one, folder), proof))
    else:
        proof += f"\nOIDCClientSecret {one.secret}"
    given = {"folder": folder, "port": port, "modules": MODULES, "issuer": ours.issuer, "id": one.id, "proof": proof}
    config = (programs.HERE / "apache.conf").read_text().format(**given, passphrase=secrets.token_urlsafe(24))
    (folder / "apache.conf").write_text(config)
    command = ["apache2", "-f", str(folder / "apache.conf"), "-DFOREGROUND"]
    with programs.listening(command, port, folder / "log"):
        yield f"http://localhost:{port}", ENDS[request.param]


def _files(one, folder):
    kid = jwk(one.private)["kid"]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made up for the tests")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, one.private.public_key(), 1, now, now + dt.timedelta(days=1))
    (folder / "cert.pem").write_bytes(made.sign(one.private, hashes.SHA256()).public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(one.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return f"OIDCPublicKeyFiles {kid}#{folder}/cert.pem", f"OIDCPrivateKeyFiles {kid}#{folder}/key.pem"


def test_it_signs_somebody_in_and_hears_of_the_end(front, someone, ours):
    front, verb = front
    page = someone.go(f"{front}/in/page.txt")
    assert (page.status_code, page.text) == (200, "for who is here")
    assert page.headers["X-Who"].isdigit()
    if verb:
        someone.stop(verb, page.headers["X-Who"])
    else:
        someone.sign_out()
    end = time.monotonic() + HEARS_WITHIN
    while not isinstance(someone.go(f"{front}/in/page.txt", f"{ours.issuer}/authorize"), str):
        assert time.monotonic() < end, "it did not hear"
        time.sleep(0.1)
