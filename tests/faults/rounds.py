"""The rounds: in each one web, worker and Postgres are killed under load, and one thing more goes wrong."""

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

HOUR = 3600
APART = (1.0, 3.0)  # seconds between a recovery and the next kill
BEFORE_THE_END = 19  # seconds of load after the last kill: the 15 that are forgiven, and some that are not
TRIED_MOST = 90  # seconds until somebody begins anew: all may be waiting for a code of the round before


@dataclass(frozen=True)
class Round:
    """`beside` is what goes wrong beside the kills, for `seconds`; `eager` people press everything ten times."""

    name: str
    seconds: int = 0
    beside: Callable[..., AbstractContextManager] | None = None
    web_clock: int = 0
    worker_clock: int = 0
    eager: bool = False
    reminds: bool = False  # a step of the move falls due


def mail(**ways):
    return lambda town: town.post.behaving(**ways)


def mail_away(town):
    return town.post.away()


ROUNDS = (
    Round("mail server down", 44, mail_away),
    Round("each form ten times at once", eager=True, reminds=True),
    Round("mail server slow", 20, mail(delay=2.0)),
    Round("mail server rejects for a while", 15, mail(answer="451 try again later")),
    Round("web's clock an hour fast", web_clock=HOUR, reminds=True),
    Round("mail server cuts after taking", 12, mail(cutting=True), reminds=True),
    Round("mail server rejects for good", 12, mail(answer="550 no such mailbox")),
    Round("web's clock an hour slow", web_clock=-HOUR, reminds=True),
    Round("worker's clock an hour fast", worker_clock=HOUR),
    Round("worker's clock an hour slow, mail server down", 44, mail_away, worker_clock=-HOUR),
)


def play(one, *, town, crowd, mover, ledger):
    """One round, from its first fault until everything has had time to recover. The load goes on all the while."""
    crowd.eager = one.eager
    until = time.monotonic() + one.seconds
    with clocks_out(one, town, ledger):
        with going_wrong(one, town, ledger), mover.step() if one.reminds else nullcontext():
            kill_each(town, ledger, odd=bool(ROUNDS.index(one) % 2), clocks=one)
            time.sleep(max(0, until - time.monotonic()))
        time.sleep(BEFORE_THE_END)


@contextmanager
def going_wrong(one, town, ledger):
    if one.beside is None:
        yield
        return
    with ledger.fault(one.name), one.beside(town):
        yield


@contextmanager
def clocks_out(one, town, ledger):
    """The kills start them with a clock that is out; afterwards they are killed once more, and start with the right one."""
    before = town.hours_out()
    yield
    give_up = time.monotonic() + TRIED_MOST
    while (one.worker_clock or one.web_clock) and town.hours_out() == before:
        if time.monotonic() > give_up:
            raise RuntimeError(f"{one.name}: no row bears that time, so nothing was tried")
        time.sleep(1)
    for name, clock in (("worker", one.worker_clock), ("web", one.web_clock)):
        if clock:
            revive(town, ledger, name)


def kill_each(town, ledger, *, odd, clocks):
    """In any order, some seconds apart. Every other round it is a part of web and Postgres, which they mend themselves."""
    kills = [
        lambda: revive(town, ledger, "worker", clock=clocks.worker_clock),
        lambda: kill_postgres(town, ledger, part=odd),
        lambda: revive(town, ledger, "web", clock=clocks.web_clock),
    ]
    random.shuffle(kills)
    for kill in kills:
        time.sleep(random.uniform(*APART))
        kill()
    if odd:
        with ledger.fault("one process of web killed", excuses=True):
            town.kill_child("web")


def revive(town, ledger, name, *, clock=0):
    with ledger.fault(f"{name} killed", excuses=name == "web"):
        town.revive(name, clock=clock)


def kill_postgres(town, ledger, *, part):
    with ledger.fault("Postgres killed", excuses=True):
        if part:
            town.kill_backend()
        else:
            town.kill_postgres()
