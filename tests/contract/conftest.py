"""The running portal with a client for each program that others wrote, and somebody new for each test."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.walk import PEOPLE, WALKERS
from tests.contract import relying
from tests.contract.relying import client
from tests.portal import free_ports


@dataclass
class Ours:
    """Where it is, the clients by the names of their services, the ports of the programs, and people who wait."""

    url: str
    issuer: str
    clients: dict[str, Any]
    ports: dict[str, int]
    people: list[Any]
    portal: Any


ALGS = ("RS256", "RS384", "RS512", "PS256", "ES256")
PROGRAMS = ("mozilla", "auth_js", "omniauth", "omniauth_by_key")


@pytest.fixture(scope="session")
def ours(portal, tmp_path_factory):
    ports = dict(zip(PROGRAMS, free_ports(len(PROGRAMS)), strict=True))
    ports["apache"] = int(portal.environment["CAREID_FETCH_INSIDE"].rpartition(":")[2])
    clients = {alg: client(alg, "private_key_jwt", alg) for alg in ALGS} | {
        "Post": client("post"),
        "Basic": client("basic", "client_secret_basic"),
        "Public": client("public", "none", needs_pkce=True),
        "Signed PS256": client("ps", id_token_signed_response_alg="PS256"),
        "Signed ES256": client("es", id_token_signed_response_alg="ES256"),
        "Mozilla": at(ports["mozilla"], "mozilla", "/oidc/callback/"),
        "Auth.js": at(ports["auth_js"], "auth-js", "/auth/callback/nhs-cis2"),
        "OmniAuth": at(ports["omniauth"], "omniauth", "/auth/cis2/callback"),
        "OmniAuth by key": at(ports["omniauth_by_key"], "omniauth-key", "/auth/cis2/callback", "private_key_jwt", "RS256"),
    }  # fmt: skip
    apache = f"http://localhost:{ports['apache']}/in/back"
    for name, method in (
        ("Apache Basic", "client_secret_basic"),
        ("Apache Post", "client_secret_post"),
        ("Apache key", "private_key_jwt"),
    ):
        more = {"redirect_uris": [apache], "backchannel_logout_uri": f"{apache}?logout=backchannel"}
        clients[name] = client(name.replace(" ", "-").lower(), method, "RS256", **more)
    people = relying.fill(portal, clients, range(WALKERS, PEOPLE), tmp_path_factory.mktemp("rows") / "rows.json")
    issuer = f"{portal.url}/oidc"
    return Ours(portal.url, issuer, clients, ports, people, portal)


def at(port, name, path, *proof):
    return client(name, *proof, redirect_uris=[f"http://localhost:{port}{path}"])


@pytest.fixture
def someone(ours):
    return ours.people.pop()
