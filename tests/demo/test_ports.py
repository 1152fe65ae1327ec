"""Which port the demo takes."""

import socket

import pytest

from demo import ports
from demo.postgres_server import CannotRun


@pytest.fixture(autouse=True)
def _given_back():
    yield
    while ports._claims:
        ports._claims.pop().close()


@pytest.fixture
def taken(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(ports, "FIRST", port)
        monkeypatch.setattr(ports, "LAST", min(port + 50, 65535))
        yield port


def test_a_port_where_somebody_listens_is_passed_over(taken):
    assert ports.claim("") > taken


def test_two_demos_that_start_at_once_take_two_ports(taken):
    assert ports.claim("") != ports.claim("")


def test_a_port_that_was_asked_for_is_taken_or_refused(taken):
    for wanted in (str(taken), "0", "65536", "http", "-1", "٨٠٠٠"):
        with pytest.raises(CannotRun, match="PORT"):
            ports.claim(wanted)
