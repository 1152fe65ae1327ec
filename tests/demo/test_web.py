"""`manage.py web` refuses to start where something is missing or unsafe."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]


@pytest.fixture
def web():
    def start(**settings):
        env = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgres:///nowhere", "DEBUG": "off", **settings}
        command = [sys.executable, "manage.py", "web"]
        return subprocess.run(command, cwd=TREE, env=env, capture_output=True, text=True, check=False)

    return start


def test_what_is_missing_is_named_a_line_each(web):
    refused = web()
    assert refused.returncode == 2
    assert {line.split(":")[0] for line in refused.stderr.splitlines()} >= {
        "SECRET_KEY",
        "CAREID_KEYS",
        "CAREID_INDEX_KEYS",
        "CAREID_ORIGIN",
    }


def test_what_is_unsafe_is_named(web):
    keys = {name: os.environ[name] for name in ("CAREID_KEYS", "CAREID_INDEX_KEYS")}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = web(
            **keys,
            SECRET_KEY="short",
            CAREID_ORIGIN="http://careid.example",
            CAREID_SEAL_KEYS=os.environ["CAREID_SEAL_KEYS"],
            PORT=port,
        )
    assert refused.returncode == 2
    for words in (
        "SECRET_KEY: is shorter",
        "CAREID_ORIGIN: is not https",
        "CAREID_SEAL_KEYS: is for the worker alone",
        f"HOST, PORT: 127.0.0.1 {port}",
    ):
        assert words in refused.stderr
