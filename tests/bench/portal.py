"""A portal to measure: its own Postgres, a real SMTP server, `manage.py web` and `manage.py worker`."""

import base64
import os
import secrets
import shlex
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import SimpleQueue

import psutil
import psycopg
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from demo import postgres
from tests.fakes import smtp

TREE = Path(__file__).resolve().parents[2]
FOLDER = TREE / ".cache" / "bench"
START_MOST = 60  # seconds


def key(name):
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def signing_key():
    """A key to sign for services, made for this run: where it stands."""
    file = FOLDER / "signing.pem"
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    how = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(generate_private_key(public_exponent=65537, key_size=2048).private_bytes(*how))
    return file


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def prepare(database, mail_url):
    """Say in the environment what every process of this run is told, and return the port of the web server."""
    url = postgres.use(FOLDER).replace("/careid?", f"/{database}?")
    port = free_port()
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "DEBUG": "off",
        "CAREID_SIGNING_KEYS": f"bench:{signing_key()}",
        "CAREID_DEMO": "on",  # over plain http, on the embedded Postgres
        "SECRET_KEY": secrets.token_urlsafe(48),
        "CAREID_KEYS": key("k1"),
        "CAREID_INDEX_KEYS": key("i1"),
        "CAREID_ORIGIN": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "CAREID_CAPTCHA": "always",
        "CAREID_LIMITS": "enforce",
        "CAREID_TRUSTED_PROXIES": "1",  # each visitor comes from an address of their own
        "CAREID_SECURITY_CONTACT": "security@careid.example",
        "DEFAULT_FROM_EMAIL": "Care ID <no-reply@careid.example>",
        "EMAIL_URL": mail_url,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "careid.settings",
        "PORT": str(port),
    }
    return port


def connect(database="careid"):
    """A connection beside the portal's own, to look and to make rows: never counted."""
    return psycopg.connect(postgres.url(FOLDER).replace("/careid?", f"/{database}?"), autocommit=True)


@contextmanager
def database(name):
    """An empty database with the portal's tables, dropped afterwards."""
    with connect() as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield
    finally:
        with connect() as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class PostRoom(smtp.Sink):
    """What was mailed, to be waited for by address."""

    def __init__(self):
        super().__init__()
        self.boxes = {}

    def box(self, address):
        return self.boxes.setdefault(address.lower(), SimpleQueue())

    async def handle_DATA(self, server, session, envelope):
        self.box(envelope.rcpt_tos[0]).put(envelope.original_content)
        return "250 OK"


@contextmanager
def process(command, log, program=sys.executable, **environment):
    """A process that ends with this one, whatever way. Its output goes to a file in the bench's folder."""
    with (FOLDER / f"{log}.log").open("wb") as out:
        running = subprocess.Popen(
            [program, *shlex.split(command)],
            cwd=TREE,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        yield running
    finally:
        running.terminate()
        with suppress(subprocess.TimeoutExpired):
            running.wait(30)
        running.kill()
        running.wait()


@contextmanager
def serving(port):
    """The portal's web server and mail worker."""
    child = f"-m demo.child {os.getpid()}"
    with (
        process(f"{child} web", "web", PGAPPNAME="bench-web") as web,
        process(f"{child} worker", "worker", PGAPPNAME="bench-worker"),
    ):
        wait_until_up(port, web)
        yield Server(port, web.pid)


@contextmanager
def bare(name):
    """A bare Django project behind the same server: `tests/bench/bare.py` says what of it."""
    port = free_port()
    with process("-m tests.bench.bare", f"bare-{name}", PORT=str(port), BARE=name) as web:
        wait_until_up(port, web)
        yield Server(port, web.pid)


def wait_until_up(port, process):
    give_up = time.monotonic() + START_MOST
    while time.monotonic() < give_up:
        assert process.poll() is None, f"the server on {port} ended: see {FOLDER}"
        with suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        time.sleep(0.1)
    raise TimeoutError(f"the server on {port} did not answer: see {FOLDER}")


class Server:
    """A web server that runs, with all of its processes."""

    def __init__(self, port, pid):
        self.port = port
        self._root = psutil.Process(pid)

    def processor_seconds(self):
        """User and system time of the server and of every process that it started."""
        running = [self._root, *self._root.children(recursive=True)]
        return sum(time.clock_gettime_ns(_clock_of(one.pid)) for one in running) / 1e9


def _clock_of(pid):
    """The clock of another process's time, ended threads included, as clock_getcpuclockid(3) names it on Linux."""
    return ~pid << 3 | 2
