"""Locks that the system itself drops when the last process that holds them ends."""

import fcntl
import os
from pathlib import Path


def hold(path: Path, kind: int = fcntl.LOCK_EX) -> int:
    """An open file that holds a lock on this path until it is closed. BlockingIOError where LOCK_NB can't have it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, kind)
    except BaseException:
        os.close(file)
        raise
    return file
