"""Asking a check, for no longer than it may take."""

from queue import Empty, Queue
from threading import Thread

from django.db import DatabaseError, connections

from careid.finding import Amiss, Away, Check, Finding


def bounded(check: Check) -> Finding:
    """The check's finding. One that takes longer than its seconds is a finding too, and its thread is left behind."""
    answer: Queue[Finding] = Queue(1)
    ours = connections["default"]
    ours.inc_thread_sharing()

    def ask() -> None:
        connections["default"] = ours
        answer.put(_asked(check))

    Thread(target=ask, daemon=True).start()
    try:
        return answer.get(timeout=check.seconds)
    except Empty:
        words = f"no answer within {check.seconds:g} seconds"
        return Finding(check.what, words, False, "see what holds it up, then run this again", away=True)


def _asked(check: Check) -> Finding:
    try:
        return Finding(check.what, check.look())
    except Amiss as amiss:
        return Finding(check.what, amiss.words, False, amiss.do, away=isinstance(amiss, Away))
    except DatabaseError as error:
        return Finding(check.what, f"the database refused it ({type(error).__name__})", False, "see the database's log")
    except Exception as error:  # noqa: BLE001  the other checks go on; its words may hold a secret
        words = f"could not be looked at ({type(error).__name__})"
        return Finding(check.what, words, False, "this is a fault of Care ID: tell who maintains it")
