"""The processes that `make demo` starts and ends."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException
from types import TracebackType
from typing import Final, Self

from demo import env
from demo.postgres_server import CannotRun

COMMANDS: Final = {
    "web": "web server",
    "worker": "mail worker",
    "sign_in": "stand-in sign-in",
    "sample_service": "sample service",
}
START_MOST: Final = 60  # seconds
STOP_MOST: Final = 10  # seconds
TAIL: Final = 20  # lines of a log


class Children:
    """Those of COMMANDS. They end when this process ends: see `demo.child`."""

    def __init__(self, ports: dict[str, int], lock: int) -> None:
        self.ports, self.lock = ports, lock
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        for command in COMMANDS:
            with (env.FOLDER / f"{command}.log").open("wb") as log:
                self.running[command] = subprocess.Popen(
                    [sys.executable, "-m", "demo.child", str(os.getpid()), command],
                    cwd=env.BASE,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[self.lock],
                    start_new_session=True,  # Ctrl-C is for us: we ask them to stop
                )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.running.values():
            child.terminate()
        give_up = time.monotonic() + STOP_MOST
        for child in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0, give_up - time.monotonic()))
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # and what it started, where that is still there
            child.wait()

    def wait_until_up(self) -> None:
        """Wait for the first answer of each that serves, whatever it says."""
        give_up = time.monotonic() + START_MOST
        for command, port in self.ports.items():
            while not _answers(port):
                self.check()
                if time.monotonic() > give_up:
                    raise CannotRun(
                        f"The {COMMANDS[command]} did not answer within {START_MOST} seconds: see .demo/{command}.log."
                    )
                time.sleep(0.1)
        self.check()

    def check(self) -> None:
        """CannotRun where one of them has ended."""
        for command, child in self.running.items():
            if child.poll() is not None:
                said = (env.FOLDER / f"{command}.log").read_text(errors="replace").splitlines()[-TAIL:]
                end = "\n  ".join([f"The end of .demo/{command}.log:", *said])
                raise CannotRun(
                    f"The {COMMANDS[command]} stopped (status {child.returncode}), so the demo stops. {end}"
                )


def _answers(port: int) -> bool:
    with suppress(OSError, HTTPException), ExitStack() as stack:
        connection = HTTPConnection("127.0.0.1", port, timeout=START_MOST)
        stack.callback(connection.close)
        connection.request("GET", "/")
        connection.getresponse()
        return True
    return False
