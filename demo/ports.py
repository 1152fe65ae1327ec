"""Which port the demo takes."""

import errno
import socket
from typing import Final

from demo.postgres_server import CannotRun

FIRST: Final = 8000
LAST: Final = 8099
_claims: list[socket.socket] = []


def claim(wanted: str) -> int:
    """The port that is wanted, else the first free one, for as long as this process lives."""
    if not wanted:
        for port in range(FIRST, LAST + 1):
            if _claimed(port):
                return port
        raise CannotRun(f"Each port from {FIRST} to {LAST} is taken: choose another with PORT.")
    if not wanted.isascii() or not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise CannotRun(f"PORT={wanted} is not a port.")
    if not _claimed(int(wanted)):
        raise CannotRun(f"Port {wanted} is taken or not allowed: choose another with PORT, or leave it out.")
    return int(wanted)


def _claimed(port: int) -> bool:
    """Whether nobody listens there and no other demo has claimed it: by its UDP twin, which nothing else uses."""
    twin = socket.socket(type=socket.SOCK_DGRAM)
    try:
        twin.bind(("127.0.0.1", port))
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):  # browsers try ::1 first
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
    except OSError as error:
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            twin.close()
            return False
    _claims.append(twin)
    return True
