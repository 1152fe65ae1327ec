"""The doctor's checks: what one looks at, what it finds, and how long it may take. Kinds bring some of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread

from django.db import DatabaseError, connections


class Amiss(Exception):
    """Something to look at, in words for whoever is called at night; `do` is the way out."""

    def __init__(self, words: str, *, do: str) -> None:
        super().__init__(words)
        self.words = words
        self.do = do


class Away(Amiss):
    """Amiss, and so far away that what rests on it can't be told either."""


@dataclass(frozen=True)
class Check:
    """`look` returns what is well in words, or raises Amiss."""

    what: str
    look: Callable[[], str]
    seconds: float = 10


@dataclass(frozen=True)
class Finding:
    """`state` is True where all is well, False where there is something to look at, None where it can't be told."""

    what: str
    words: str
    state: bool | None = True
    do: str = ""
    away: bool = False  # what rests on it can't be told


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
