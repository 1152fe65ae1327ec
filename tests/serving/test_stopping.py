"""SIGTERM: what was taken in is finished, and nothing new is taken in."""

import signal
import socket
import time

import psutil

from tests.serving.running import BODY, refuses, until

ASKS = BODY.replace(b"90000", b"10\r\nExpect: 100-continue").replace(b"email=", b"")
PAGE = b"GET /help/privacy/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
MANY = 40


def connect(port, said=b""):
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    client.sendall(said)
    return client


def test_what_is_in_flight_is_answered_and_nobody_else_is_let_in(web):
    process, port = web
    idle = connect(port)
    quick = [connect(port, PAGE) for _ in range(MANY)]
    slow = [connect(port, ASKS) for _ in range(MANY)]
    assert {client.recv(100) for client in slow} == {GO_ON}  # taken in, and so is who came before
    for client in slow:
        client.sendall(b"ema")
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
