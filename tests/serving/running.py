"""`manage.py web` as a process, and clients that are slow on purpose."""

import http.client
import os
import select
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.environment import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent.parent
HEADERS = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: "
BODY = (
    b"POST /details/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 90000\r\n\r\nemail="
)


@contextmanager
def web(log, **settings):
    """The web server with these settings beside the tests' own: its process and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, **ENVIRONMENT, "PORT": str(port), **settings}
    command = [sys.executable, "manage.py", "web"]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)
        try:
            _wait(process, port, log)
            yield process, port
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()


def _wait(process, port, log):
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError):
            return ask(port, "/help/privacy/")
        time.sleep(0.05)
    raise AssertionError(f"it did not start: {log.read_text()}")


def ask(port, path="/", **headers):
    """Status and body of one page, as an honest visitor gets it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Host": "localhost", **headers})
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, page


@contextmanager
def dripping(port, beginning, count):
    """This many clients that have sent this beginning and go on with a byte a second."""
    end = threading.Event()
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(count)]
        for client in clients:
            client.sendall(beginning)
            client.setblocking(False)
        drip = threading.Thread(target=_drip, args=(clients, end))
        drip.start()
        try:
            yield clients
        finally:
            end.set()
            drip.join()


def _drip(clients, end):
    while not end.wait(1):
        for client in clients:
            with suppress(OSError):
                client.send(b"a")


def answered(clients):
    """Those that the server has said something to, or hung up on."""
    return len(select.select(clients, [], [], 0)[0])
