"""Calls that go out: whatever a server does, a call ends in time, and holds no more than its share of threads."""

import gzip
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from careid.fetching import fetcher
from careid.fetching.fetcher import MOST, Fetcher, Unreachable
from tests.fakes.http import Scripted


def get(*answers, seconds=5):
    session = Scripted(*answers)
    return Fetcher(lambda: session, 4).call("GET", "https://away.example/", seconds), session


def reason_of(*answers, **more):
    with pytest.raises(Unreachable) as unreachable:
        get(*answers, **more)
    return unreachable.value.reason


def test_an_answer_is_read_and_asked_for_within_bounds():
    answer, session = get((200, "{}"))
    assert (answer.status_code, answer.text) == (200, "{}")
    [(_, _, asked)] = session.asked
    assert asked["allow_redirects"] is False
    assert asked["timeout"][0] == 3
    assert asked["headers"]["Accept-Encoding"] == "identity"


def test_a_redirect_is_an_answer_and_is_not_followed():
    answer, session = get((302, "", {"Location": "http://169.254.169.254/"}))
    assert answer.status_code == 302
    assert len(session.asked) == 1


def test_what_swells_when_opened_is_not_opened():
    assert reason_of((200, "{}", {"Content-Encoding": "gzip"})) == "rubbish"


def test_what_is_too_long_is_not_read_to_its_end():
    assert reason_of((200, "x" * (fetcher.MOST + 1))) == "rubbish"


@pytest.mark.parametrize("error", [requests.ReadTimeout(), requests.ConnectTimeout()])
def test_slow(error):
    assert reason_of(error) == "slow"


def test_away():
    assert reason_of(requests.ConnectionError()) == "away"


def test_a_fault_of_ours_is_not_theirs():
    with pytest.raises(ZeroDivisionError):
        get(ZeroDivisionError())


def test_no_time_left():
    with fetcher.within(-1), pytest.raises(Unreachable, match="slow"):
        fetcher.left()


def test_one_that_hangs_holds_a_few_and_the_rest_hear_at_once():
    hang, told = threading.Event(), []

    def session():
        hang.wait(60)
        return Scripted((200, "{}"))

    calls = Fetcher(session, 2)

    def visit(_):
        with pytest.raises(Unreachable) as unreachable:
            calls.call("POST", "https://away.example/", 4)
        told.append(unreachable.value.reason)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(visit, range(6)))
    hang.set()
    assert told == ["busy"] * 4 + ["slow"] * 2  # in this order
    end = time.monotonic() + 60
    while calls._slots._value < 2 and time.monotonic() < end:
        time.sleep(0.01)
    assert calls._slots._value == 2


def served(*parts, pause=0.0):
    """One connection's answer over a real socket, in these parts."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = server.accept()
        with connection, server:
            connection.recv(65_536)
            for part in parts:
                time.sleep(pause)
                try:
                    connection.sendall(part)
                except OSError:
                    return

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


def fetch(url, seconds=2):
    def session():
        made = requests.Session()
        made.trust_env = False
        return made

    return Fetcher(session, 1).call("POST", url, seconds)


def test_an_answer_in_chunks_is_read_whole():
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert fetch(served(head, b'4\r\n{"a"\r\n', b"3\r\n: 1\r\n1\r\n}\r\n0\r\n\r\n", pause=0.05)).text == '{"a": 1}'


@pytest.mark.parametrize("parts", [[b"rubbish\r\n\r\n"], [b""], [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"],
                                   [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"]])  # fmt: skip
def test_an_answer_that_breaks_off_or_is_no_http(parts):
    with pytest.raises(Unreachable) as unreachable:
        fetch(served(*parts))
    assert unreachable.value.reason in {"away", "rubbish"}


def test_headers_that_drip_end_with_the_time():
    started = time.monotonic()
    with pytest.raises(Unreachable) as unreachable:
        fetch(served(b"HTTP/1.1 200 OK\r\n", *[b"A: b\r\n"] * 600, pause=0.1), seconds=1)
    assert unreachable.value.reason == "slow"
    assert time.monotonic() - started < 20  # of the sixty that it goes on


def test_of_a_redirect_no_more_is_read_than_of_any_answer_and_nothing_of_it_is_opened():
    swollen = gzip.compress(bytes(1_000_000))
    head = b"HTTP/1.1 302 Found\r\nLocation: /there\r\n%sContent-Length: 9999999\r\n\r\n"
    for parts in ([head % b"", bytes(MOST + 1)], [head % b"Content-Encoding: gzip\r\n", swollen]):
        with pytest.raises(Unreachable) as unreachable:
            fetch(served(*parts))
        assert unreachable.value.reason == "rubbish"


@pytest.mark.parametrize("to", [b"http://[::1", b"\xff\xfe", b"http://127.0.0.1:1/", b"//", b"http://[v1.x]/"])
def test_wherever_a_redirect_leads_it_is_an_answer(to):
    head = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
    assert fetch(served(head % to)).status_code == 302
