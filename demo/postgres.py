"""A Postgres of one folder's own, from the binaries of a wheel: for the demo and the tests, never for production.

`use()` holds the server by a shared lock, which the system drops when its process ends, whatever way. A watcher (this
module, run in a session of its own) waits for the last lock to go and then stops the server. It listens on a socket
in a folder that only its user may enter: copies never fight over a port, and nobody else gets in.
"""

import fcntl
import hashlib
import os
import stat
import subprocess
import sys
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from demo import locks
from demo.postgres_server import NAME, SOCKET, CannotRun, Server

SOCKET_PATH_MOST: Final = 103  # bytes of sun_path: 107 on Linux, 103 on macOS


@cache
def use(folder: Path) -> str:
    """Make the server of this folder run and hold it for as long as this process lives. Returns its DATABASE_URL."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        _own(home(folder), 0, 0o711)
    server = _server(folder)
    with ExitStack() as failed:
        held = locks.hold(server.home / "users", fcntl.LOCK_SH)  # waits for a watcher that is stopping the server
        failed.callback(os.close, held)
        starting = locks.hold(server.home / "starting")
        try:
            _run(server, folder, starting)
        finally:
            os.close(starting)
        failed.pop_all()
    return url(folder)


def url(folder: Path) -> str:
    """The DATABASE_URL of this folder's server, running or not. The port is only a part of the socket's name."""
    return f"postgres://{NAME}@:5432/{NAME}?host={quote(str(_server(folder).sockets), safe='')}"


def home(folder: Path) -> Path:
    """Where the server of this folder lives: in it, or for root where an unprivileged user can reach."""
    return folder.absolute() if os.getuid() else Path("/var/tmp") / f"careid-{_mark(folder)}"  # noqa: S108  see _own


def _server(folder: Path) -> Server:
    sockets = home(folder) / "run"
    if len(os.fsencode(sockets / SOCKET)) > SOCKET_PATH_MOST:
        sockets = Path("/tmp") / f"careid-{_mark(folder)}"  # noqa: S108  see _own; the same whatever TMPDIR says
    return Server(home(folder), sockets)


def _mark(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]


def _own(folder: Path, user: int, mode: int) -> None:
    """Make a folder of this user's, and refuse one that somebody else put there."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user or found.st_mode & 0o022:
            raise CannotRun(f"{folder} belongs to somebody else, or others may write to it: remove it.") from None
    else:
        os.chown(folder, user, -1)
        folder.chmod(mode)


def _run(server: Server, folder: Path, starting: int) -> None:
    """Have a watcher bring the server up until it answers: the watcher outlives us where we are killed meanwhile."""
    try:
        watching = locks.hold(server.home / "watching", fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _bring_up(server, folder)
    with subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder.absolute()), str(starting)],
        cwd=Path(__file__).parents[1],
        pass_fds=[watching, starting],  # so it holds the one until it ends, the other until the server answers
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as watcher:
        os.close(watching)
        said = watcher.communicate()[0]
    if watcher.returncode:
        raise CannotRun(said)
    return None


def _bring_up(server: Server, folder: Path) -> None:
    _own(server.sockets, server.account[0], 0o700)
    made = folder / "made"  # stands in the folder itself: data elsewhere that outlived their folder are nobody's
    if not (made.exists() and server.data.is_dir()):
        server.stop()
        server.make()
        made.touch()
    if not server.answers():
        server.start()


def _watch(folder: Path, starting: int) -> None:
    """Bring the server up, let go of who waits for that, and stop it once nobody uses it any longer."""
    server = _server(folder)
    try:
        _bring_up(server, folder)
    except CannotRun as problem:
        sys.exit(str(problem))
    os.close(starting)
    if os.fork():
        return
    os.chdir("/")
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(quiet, stream)
    locks.hold(server.home / "users")
    server.stop()
    if not folder.exists():  # what it left elsewhere goes too, but for the locks: the next start may hold one
        server.remove()


if __name__ == "__main__":
    _watch(Path(sys.argv[1]), int(sys.argv[2]))
