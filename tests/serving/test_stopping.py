"""SIGTERM: what was taken in is finished, and nothing new is taken in."""

import signal
import socket
import time

import psutil

from tests.serving.running import BODY, until

HALF = BODY.replace(b"90000", b"10").replace(b"email=", b"ema")
PAGE = b"GET /help/privacy/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
MANY = 40


def connect(port, said=b""):
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    client.sendall(said)
    return client


def refuses(port):
    try:
        connect(port).close()
    except ConnectionRefusedError:
        return True
    return False


def test_what_is_in_flight_is_answered_and_nobody_else_is_let_in(web):
    process, port = web
    idle = connect(port)
    slow = [connect(port, HALF) for _ in range(MANY)]
    quick = [connect(port, PAGE) for _ in range(MANY)]
    for one in (*psutil.Process(process.pid).children(recursive=True), process):  # all of them, as a terminal does
        one.send_signal(signal.SIGTERM)
    assert {client.recv(12) for client in quick} == {b"HTTP/1.1 200"}
    until(lambda: refuses(port))
    for client in slow:
        client.sendall(b"il=a%40b")
    assert {client.recv(12) for client in slow} == {b"HTTP/1.1 403"}  # no token, but an answer
    began = time.monotonic()
    assert process.wait(20) == 0
    assert time.monotonic() - began < 10  # seconds: who sits there idle is not waited for
    for client in (idle, *slow, *quick):
        client.close()
