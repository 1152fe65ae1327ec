"""The load: so many people at a time, each followed by the next of the file."""

import itertools
import threading
import time

from tests import kinds
from tests.faults.person import Person

AT_ONCE = 8
# By turns: those who add each kind, and those who have no right to anything.
TURNS = (*["honest"] * 6, "guesser", "honest", "honest", "nobody")
LAST_CALL = 60  # seconds
EAGER_EACH = 9  # every ninth person presses everything ten times, in any round


class Crowd:
    """People come until `stop()`, which waits for those who are on their way."""

    def __init__(self, town, ledger):
        self.town, self.ledger = town, ledger
        self.eager, self._over = False, threading.Event()
        self._serials = itertools.count()
        self._threads = [threading.Thread(target=self._come, daemon=True) for _ in range(AT_ONCE)]
        self.broken = []

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self.town.closes = time.monotonic() + LAST_CALL
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _come(self):
        while not self._over.is_set():
            serial = next(self._serials)
            try:
                self._person(serial).visit()
            except Exception as error:  # noqa: BLE001  whatever it is, it is the harness's own and told at the end
                self.broken.append(repr(error))

    def _person(self, serial):
        turn, all_kinds = TURNS[serial % len(TURNS)], kinds.by_forms()
        return Person(
            serial,
            kind="nobody" if turn == "nobody" else all_kinds[serial % len(all_kinds)],
            town=self.town,
            ledger=self.ledger,
            honest=turn == "honest",
            eager=self.eager or serial % EAGER_EACH == 0,
        )
