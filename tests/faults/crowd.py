"""The load: so many people at a time who add something, each followed by the next of the file, and some who come back."""

import itertools
import threading
import time
from collections import deque
from contextlib import contextmanager, suppress

from tests import kinds
from tests.faults.person import Person
from tests.faults.returning import Returning

AT_ONCE, BACK_AT_ONCE = 8, 4
LATER = 31  # seconds before they come back: a code that added an app does not let anybody in as well
IMPOSTOR_EACH = 6  # every sixth of those who come back is somebody else, who types what is wrong
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
        ways = (*[self._come] * AT_ONCE, *[self._come_back] * BACK_AT_ONCE)
        self._threads = [threading.Thread(target=one, daemon=True) for one in ways]
        self._back, self._returns = deque(), itertools.count()
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
            with self._noting():
                person = self._person(serial)
                person.visit()
                if person.ended == "added":
                    self._back.append((time.monotonic() + LATER, person))

    def _come_back(self):
        while not self._over.wait(0.1):
            with self._noting(), suppress(IndexError):
                due, person = self._back.popleft()
                if due > time.monotonic():
                    self._back.appendleft((due, person))
                    continue
                serial = next(self._returns)
                eager = self.eager or serial % EAGER_EACH == 0
                Returning(person, serial, honest=serial % IMPOSTOR_EACH != 1, eager=eager).visit()

    @contextmanager
    def _noting(self):
        try:
            yield
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
