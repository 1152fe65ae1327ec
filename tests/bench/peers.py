"""Other people's providers, each in an environment of its own, to compare ours with in one run."""

import json
import os
import secrets
import shutil
import subprocess
from contextlib import contextmanager
from importlib.metadata import version
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

from tests.bench import portal

ENVIRONMENT = portal.FOLDER / "peers"
DOT = "django-oauth-toolkit==3.4.1"
PANVA = "oidc-provider@9.13.3"
SECRET = secrets.token_urlsafe(32)
REDIRECT = "https://service.example.nhs.uk/back"
DATABASE = "bench_dot"
KEY = generate_private_key(public_exponent=65537, key_size=2048)


def python():
    """The Python of the peers' own environment, made once."""
    mine = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / "ready").exists():
        uv = str(portal.TREE / ".tools" / "bin" / "uv")
        same = [
            f"{name}=={version(name)}" for name in ("django", "granian", "psycopg", "psycopg-binary", "psycopg-pool")
        ]
        subprocess.run([uv, "venv", "-q", "--allow-existing", str(ENVIRONMENT)], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(mine), DOT, *same], check=True)
        (ENVIRONMENT / "ready").touch()
    return str(mine)


@contextmanager
def toolkit():
    """django-oauth-toolkit on the bench's Postgres, its secret unhashed."""
    port = portal.free_port()
    pem = KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    with portal.connect() as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
        host = server.execute("SHOW unix_socket_directories").fetchone()[0].strip('"')
    told = {
        "PORT": str(port), "PEER_DATABASE": DATABASE, "PEER_HOST": host, "PEER_KEY": pem, "PEER_SECRET": SECRET,
        "PEER_REDIRECT": REDIRECT, "PGAPPNAME": "bench-peer",
    }  # fmt: skip
    with portal.process("-m tests.bench.dot", "dot", program=python(), **told) as web:
        portal.wait_until_up(port, web)
        yield portal.Server(port, web.pid)


@contextmanager
def panva():
    """panva's oidc-provider in memory; None where there is no Node, or npm brings nothing."""
    folder = portal.FOLDER / "panva"
    if not (node := shutil.which("node")) or not _brought(folder):
        yield None
        return
    port = portal.free_port()
    client = {
        "client_id": "bench",
        "client_secret": SECRET,
        "redirect_uris": [REDIRECT],
        "token_endpoint_auth_method": "client_secret_post",
    }
    key = RSAAlgorithm.to_jwk(KEY, as_dict=True)
    command = [node, str(portal.TREE / "tests" / "bench" / "panva.mjs"), str(folder)]
    with (portal.FOLDER / "panva.log").open("wb") as log:
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True)
    try:
        running.stdin.write(json.dumps({"client": client, "key": key, "port": port}))
        running.stdin.close()
        portal.wait_until_up(port, running)
        yield portal.Server(port, running.pid)
    finally:
        running.terminate()
        running.wait()


def _brought(folder):
    if not (folder / "node_modules" / "oidc-provider").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        npm = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
            "--ignore-scripts",
            "--prefix",
            str(folder),
        ]
        done = subprocess.run([*npm, PANVA], capture_output=True, check=False, env=os.environ)
        return done.returncode == 0
    return True


def path_of(address):
    """An address's path and query, as one asks a server for it."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
