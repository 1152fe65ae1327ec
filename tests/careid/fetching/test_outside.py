"""Calls to addresses that others chose: none reaches the inside of our network, however it is written or named."""

import select
import socket
import ssl
import threading
import time
from contextlib import suppress

import pytest
import trustme

from careid.fetching import outside
from careid.fetching.fetcher import Unreachable

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """A listener on this machine, of one connection: what it was sent, and what it answers with."""

    def __init__(self, *parts, host="127.0.0.1", wrap=None, holds=False):
        self.parts, self.wrap, self.holds = parts or (OK,), wrap, holds
        self.listener, self.was_met = socket.create_server((host, 0)), False
        self.port, self.sent, self.hung_up = self.listener.getsockname()[1], b"", threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        self.was_met = True
        with connection:
            connection.settimeout(20)
            try:
                served = self.wrap(connection) if self.wrap else connection
                with served:
                    while not self.is_whole and (more := served.recv(65_536)):
                        self.sent += more
                    for part in self.parts:
                        served.sendall(part)
                    if self.holds and not served.recv(1):
                        self.hung_up.set()
            except OSError:
                self.hung_up.set()

    @property
    def is_whole(self):
        """All of a request: a form's `=x` is its end."""
        return self.sent.endswith(b"=x" if self.sent.startswith(b"POST") else b"\r\n\r\n")

    @property
    def was_asked(self):
        return self.was_met or bool(select.select([self.listener], [], [], 0)[0])


@pytest.fixture
def listen():
    made = []

    def listen(*parts, **more):
        made.append(Server(*parts, **more))
        return made[-1]

    yield listen
    for server in made:
        server.listener.close()


def hang_up(connection):
    raise OSError


def names(monkeypatch, **meant):
    """What the resolver says: a list of addresses for each time it is asked. Returns who was asked for."""
    asked = []

    def resolve(host, port, *args, **more):
        asked.append(host)
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
                for one in meant[host.replace(".", "_")].pop(0)]  # fmt: skip

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def reason_of(url, seconds=5):
    with pytest.raises(Unreachable) as unreachable:
        outside.call("GET", url, seconds)
    return unreachable.value.reason


INSIDE = [
    *("127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.5.5", "192.168.1.1", "0.0.0.0", "0.1.2.3", "255.255.255.255"),
    *("169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
    *("::", "::1", "fe80::1", "fe80::1%lo", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "2002:7f00:1::1", "2002:808:808::1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "2001:0:1::1", "100::1"),
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_or_nobodys(address):
    assert not outside.is_outside(address.partition("%")[0])


@pytest.mark.parametrize("address", ["8.8.8.8", "51.140.1.1", "2a00:1450::1", "2600::1"])
def test_an_address_outside(address):
    assert outside.is_outside(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "localhost.", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0"],
)
def test_however_it_is_written_this_machine_is_not_asked(listen, host, monkeypatch):
    server = listen()
    assert reason_of(f"https://{host}:{server.port}/") in {"inside", "away"}
    assert not server.was_asked


def test_a_name_that_means_an_address_inside_is_not_asked(listen, monkeypatch):
    server = listen()
    names(monkeypatch, rp_example=[["127.0.0.1", "::1", "fe80::1%lo"]])
    assert reason_of(f"https://rp.example:{server.port}/jwks") == "inside"
    assert not server.was_asked


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(listen, monkeypatch):
    checked = listen(wrap=hang_up)
    other = socket.create_server(("127.0.0.2", checked.port))
    asked = names(monkeypatch, rp_example=[["127.0.0.2", "127.0.0.1"], ["127.0.0.2"]])
    monkeypatch.setattr(outside, "is_outside", lambda address: address == "127.0.0.1")
    reason_of(f"https://rp.example:{checked.port}/")
    assert checked.was_asked
    assert not select.select([other], [], [], 0)[0]
    assert asked == ["rp.example"], "a second look could mean another address"
    other.close()


def test_plain_http_is_for_those_that_the_setting_names(listen, settings):
    server = listen()
    assert reason_of(f"http://127.0.0.1:{server.port}/") == "inside"
    settings.FETCH_INSIDE = ["127.0.0.1:1", "app.internal:80"]
    assert reason_of(f"http://127.0.0.1:{server.port}/") == "inside"
    assert not server.was_asked
    settings.FETCH_INSIDE = [f" 127.0.0.1:{server.port} "]
    answer = outside.call("POST", f"http://127.0.0.1:{server.port}/logout", 5, data={"logout_token": "x"})
    assert (answer.status_code, answer.text) == (200, "{}")
    assert server.sent.startswith(b"POST /logout HTTP/1.1\r\n")
    server.thread.join(5)
    assert server.sent.endswith(b"\r\n\r\nlogout_token=x")


def test_a_name_of_the_setting_is_one_of_its_port_alone(settings):
    settings.FETCH_INSIDE = ["app.internal:443", "other.internal:8443", "plain.internal:80"]
    yes = [
        "https://app.internal/x",
        "https://APP.internal:443/x",
        "https://other.internal:8443",
        "http://plain.internal/",
    ]
    no = [
        "https://app.internal:444",
        "http://app.internal/",
        "https://x.app.internal/",
        "https://plain.internal/",
        "https://[bad",
        "https://a:b/",
    ]
    assert [outside.is_named_inside(one) for one in yes + no] == [True] * 4 + [False] * 6


def test_the_name_stands_in_the_certificate(listen, settings, monkeypatch, tmp_path):
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("rp.example").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))

    def ask(host, **means):
        server = listen(wrap=lambda connection: context.wrap_socket(connection, server_side=True))
        names(monkeypatch, **means)
        settings.FETCH_INSIDE = [f"{host}:{server.port}"]
        return outside.call("GET", f"https://{host}:{server.port}/jwks", 5)

    assert ask("rp.example", rp_example=[["127.0.0.1"]]).text == "{}"
    with pytest.raises(Unreachable, match="away"):
        ask("other.example", other_example=[["127.0.0.1"]])


def test_a_redirect_inside_is_an_answer_and_is_not_followed(listen, settings):
    inside = listen()
    server = listen(
        f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inside.port}/\r\nContent-Length: 0\r\n\r\n".encode()
    )
    settings.FETCH_INSIDE = [f"127.0.0.1:{server.port}"]
    assert outside.call("GET", f"http://127.0.0.1:{server.port}/", 5).status_code == 302
    assert not inside.was_asked


JUNK = {
    "a redirect to nowhere": (b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n", 302),
    "nothing": (b"", None),
    "no HTTP": (b"\xff" * 1_000, None),
    "another status": (b"HTTP/1.1 99999 x\r\n\r\n", None),
    "many headers": (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", None),
    "a long header": (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", None),
    "no header": (b"HTTP/1.1 200 OK\r\nthe words of a stranger\r\nContent-Length: 0\r\n\r\n", 200),
    "bad chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n", None),
    "a length of nothing": (b"HTTP/1.1 200 OK\r\nContent-Length: 1" + b"0" * 5_000 + b"\r\n\r\nx", 200),
}


@pytest.mark.parametrize(("answer", "status"), JUNK.values(), ids=JUNK)
def test_whatever_is_answered_is_an_answer_or_none_and_nothing_of_it_is_logged(
    listen, settings, caplog, answer, status
):
    server, told = listen(answer), None
    settings.FETCH_INSIDE = [f"127.0.0.1:{server.port}"]
    with suppress(Unreachable):
        told = outside.call("GET", f"http://127.0.0.1:{server.port}/", 5).status_code
    assert told == status
    assert caplog.records == []


def test_no_proxy_of_the_machine_is_asked(listen, settings, monkeypatch):
    proxy, server = listen(), listen()
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    settings.FETCH_INSIDE = [f"127.0.0.1:{server.port}"]
    assert outside.call("GET", f"http://127.0.0.1:{server.port}/", 5).text == "{}"
    assert not proxy.was_asked


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
def test_whoever_answers_without_end_is_hung_up_on(listen, settings, begun):
    server = listen(begun, holds=True)
    settings.FETCH_INSIDE = [f"127.0.0.1:{server.port}"]
    assert reason_of(f"http://127.0.0.1:{server.port}/", 0.3) == "slow"
    assert server.hung_up.wait(10)
    end = time.monotonic() + 10
    while outside._FETCHER._slots._value < outside.AT_ONCE and time.monotonic() < end:
        time.sleep(0.01)
    assert outside._FETCHER._slots._value == outside.AT_ONCE


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https://[bad",
        "https://a..example/",
        f"https://{'a' * 70}.example/",
        "https://a:99999/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "x",
        "https://ü\u200b.example/",
    ],
)
def test_what_is_no_address_is_not_there(url, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    assert reason_of(url) in {"away", "inside"}
