"""`manage.py web` as a process, and clients that are slow on purpose."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from tests.environment import ENVIRONMENT
from tests.portal import free_ports

ROOT = Path(__file__).resolve().parent.parent.parent
HEADERS = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: "
BODY = (
    b"POST /details/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 90000\r\n\r\nemail="
)


@contextmanager
def web(log, **settings):
    """The web server with these settings beside the tests' own: its process and its port."""
    [port] = free_ports(1)
    environment = {**os.environ, **ENVIRONMENT, "PORT": str(port), "CAREID_LIMITS": "off", **settings}
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
    end = time.monotonic() + 120
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


@contextmanager
def unread(port, path, count):
    """This many clients that ask for a page and read nothing of it."""
    with ExitStack() as stack:
        for _ in range(count):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            client.connect(("127.0.0.1", port))
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        yield


def threads(process):
    """How many threads its workers have."""
    return max(worker.num_threads() for worker in psutil.Process(process.pid).children(recursive=True))


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def refuses(port):
    """Whether nobody listens there."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


def memory(process):
    """MB that its workers hold."""
    return sum(worker.memory_info().rss for worker in psutil.Process(process.pid).children()) / 2**20
