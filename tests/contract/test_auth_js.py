"""Auth.js signs in here, configured as Cohort Manager has it."""

import pytest

from tests.contract import node


@pytest.fixture
def front(ours):
    one, port = ours.clients["Auth.js"], ours.ports["auth_js"]
    given = {"issuer": ours.issuer, "id": one.id, "secret": one.secret, "port": port}
    with node.running("auth_js.mjs", given):
        yield f"http://localhost:{port}"


def test_it_signs_somebody_in(front, someone):
    assert someone.go(f"{front}/").json() is None
    page = someone.go(f"{front}/begin")
    assert (page.status_code, page.url) == (200, f"{front}/")
    told = page.json()
    assert (told["user"]["name"], told["orgs"]) == ("Ama Sample", ["RX1"])
    assert told["sub"]
