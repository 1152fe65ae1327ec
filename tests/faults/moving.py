"""A service's move under way: each step of it is told by several at once, one of which is killed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import psycopg

from tests import portal

PEOPLE = 600  # none of them on file; more than are told in one transaction
FIRST = 60  # days from its start to its end
STEPS = (56, 28, 14, 7, 3, 1)  # days that are left
TOLD = "SELECT count(*) FROM moves_mailing WHERE what = %s"
FINISH_MOST = 180  # seconds, Postgres being killed meanwhile
MAKE = f"""
import io
from datetime import timedelta
from django.utils import timezone
from careid.people.services import Service
from moves import joining, loading, making
from moves.models import Move
today, words = timezone.localdate(), dict.fromkeys(("what_changes", "who_is_affected", "whom_to_ask"), "Words.")
move = Move(service=Service.objects.first(), slug="a-move", title="A move", starts_on=today, ends_on=today + timedelta(days={FIRST}), **words)
making.make(move=move, by="system")
lines = [f"mover{{n}}@example.nhs.uk,Kim,Sample,RX1,two_factor" for n in range({PEOPLE})]
file = chr(10).join(["email,given_name,family_name,organisation,way", *lines])
upload = loading.judge(file=io.BytesIO(file.encode()), move=move, by="system")
loading.take(upload=upload, wanted="all", by="system")
joining.join(upload)
making.start(move=move, by="system")
"""
# Days pass for the move and for nothing else: what it was, and what was told of it, is longer ago.
PASS = """
WITH days AS (SELECT %s::int AS many),
moved AS (UPDATE moves_move SET starts_on = starts_on - many, ends_on = ends_on - many FROM days)
UPDATE moves_mailing SET at = at - make_interval(days => many), ends_on = ends_on - many FROM days RETURNING 1"""


class Mover:
    """Leads the move from step to step. What was told to all stands in the ledger."""

    def __init__(self, town, ledger):
        self.town, self.ledger = town, ledger
        self.left, self.steps = FIRST, list(STEPS)

    def begin(self):
        portal.manage(portal.of_role("worker", self.town.environment), "shell", "-v0", "-c", MAKE)
        self._finish("start")

    @contextmanager
    def step(self):
        """The next step falls due: two tell of it at once while the block runs, one is killed, and one ends it."""
        if not self.steps:
            yield
            return
        days = self.steps.pop(0)
        self.town.query(PASS, self.left - days)
        self.left = days
        at_once = [self._begun() for _ in range(2)]
        self._kill(at_once[0], str(days))
        yield
        for one in at_once:
            one.wait()
        self._finish(str(days))

    def _kill(self, one, what):
        """As soon as some were told, and the ledger counts it where others were not yet."""
        give_up, some = time.monotonic() + FINISH_MOST, 0
        while not some and time.monotonic() < give_up:
            with suppress(psycopg.OperationalError):
                some = self._many(what)
        with suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGKILL)
        with suppress(psycopg.OperationalError):
            self.ledger.killed_telling += 0 < self._many(what) < PEOPLE

    def _many(self, what):
        [(many,)] = self.town.query(TOLD, what)
        return many

    def _begun(self):
        command = [sys.executable, "manage.py", "moves", "remind"]
        environment = portal.of_role("worker", self.town.environment)
        log = {"stdout": self.town.log, "stderr": self.town.log}
        return subprocess.Popen(command, cwd=portal.ROOT, env=environment, start_new_session=True, **log)

    def _finish(self, what):
        """What the worker's regular job does by itself within ten minutes."""
        give_up = time.monotonic() + FINISH_MOST
        while self._begun().wait():
            if time.monotonic() > give_up:
                raise RuntimeError(f"nobody could tell the move's people of {what}")
        self.ledger.reminded.append(what)
