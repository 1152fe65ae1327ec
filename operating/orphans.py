"""A process that must not outlive the one that started it, however that one ends."""

import os
import signal
import threading
import time
from typing import Final

GRACE: Final = 30  # seconds, for what is in flight


def end_with(parent: int) -> None:
    """Ask this process to stop within a second of its parent's end, and make it after GRACE more."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)
