"""Programs of others that listen on a port, each until its test is over."""

import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

HERE = Path(__file__).parent
PATIENCE = 30  # seconds


@contextmanager
def listening(command, port, log, **more):
    """A program, once it answers at this port; it is stopped at the end. What it says stands in the log."""
    with log.open("w+") as file, subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.PIPE, text=True, **more) as program:  # fmt: skip
        try:
            _wait(program, port, log)
            yield program
        finally:
            program.terminate()
            with suppress(subprocess.TimeoutExpired):
                program.wait(5)
            program.kill()


def _wait(program, port, log):
    end = time.monotonic() + PATIENCE
    while program.poll() is None and time.monotonic() < end:
        with suppress(requests.ConnectionError):
            return requests.get(f"http://localhost:{port}/ready", timeout=PATIENCE, allow_redirects=False)
        time.sleep(0.05)
    raise AssertionError(f"it did not start: {log.read_text()}")


def python(script, *arguments):
    return [sys.executable, str(HERE / script), *arguments]
