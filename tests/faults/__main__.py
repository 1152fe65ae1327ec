"""`make faults`: kills what runs, under load, and holds what people were told against what is stored.

Exit code 1 where something does not hold. ROUNDS says how many of the ten rounds.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

from tests.faults import facts, town, verdict
from tests.faults.crowd import Crowd
from tests.faults.ledger import NO_ANSWER, Ledger
from tests.faults.moving import PEOPLE as MOVERS
from tests.faults.moving import Mover
from tests.faults.rounds import ROUNDS, play
from tests.faults.settings import CODE_LIFE

PEOPLE = 4000
SHOWN = 40  # breaches
DRAIN = 150  # seconds: a killed worker is missed after 36, a refused notice comes back after 60
say = partial(print, flush=True)


def main():
    count = int(os.environ.get("ROUNDS") or len(ROUNDS))
    ledger, began = Ledger(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="careid-faults-") as folder, town.running(Path(folder), PEOPLE) as here:
        crowd = Crowd(here, ledger)
        mover = Mover(here, ledger)
        mover.begin()
        crowd.start()
        say(HEAD)
        for number in range(count):
            since = time.time()
            play(ROUNDS[number % len(ROUNDS)], town=here, crowd=crowd, mover=mover, ledger=ledger)
            say(row(number + 1, ROUNDS[number % len(ROUNDS)].name, ledger, here.post, since))
        since = time.time()
        crowd.stop()
        drain(here)
        say(row("", "those on their way, and the mail", ledger, here.post, since))
        keep_log(here)
        found = facts.read(here, code_life=CODE_LIFE)
        say(f"\nStopped by themselves and were started again: {dict(Counter(here.restarts))}")
    return told(ledger, found, crowd.broken, time.monotonic() - began)


HEAD = "round  added  refused  locked  gave up  signed in  answers  5xx  none  late  mails  beside the kills of web, worker and Postgres"


def row(number, name, ledger, post, since):
    """The counts of what happened since then."""
    ends = Counter(one.outcome for one in ledger.ends if one.at >= since)
    answers = [one for one in ledger.answers if one.at >= since]
    figures = (
        *(ends[outcome] for outcome in ("added", "refused", "locked", "gave up")),
        sum(one.at >= since for one in ledger.signed_in),
        len(answers),
        sum(one.status >= 500 for one in answers),
        sum(one.status == NO_ANSWER for one in answers),
        sum(verdict.late(ledger, one) for one in answers),
        sum(one.at >= since for one in post.deliveries),
    )
    widths = (7, 9, 8, 9, 11, 9, 5, 6, 6, 7)
    return (
        f"{number:>5}"
        + "".join(f"{figure:>{width}}" for figure, width in zip(figures, widths, strict=True))
        + f"  {name}"
    )


def drain(here):
    """Wait for what is still to be sent."""
    give_up = time.monotonic() + DRAIN
    while time.monotonic() < give_up and any(count for _, count in here.query(facts.UNDONE)):
        time.sleep(0.5)


def keep_log(here):
    if kept := os.environ.get("FAULTS_LOG"):
        here.log.flush()
        Path(kept).write_bytes((here.folder.parent / "portal.log").read_bytes())


def told(ledger, found, broken, seconds):
    """The sum, and each breach in a line. Returns the exit code."""
    twice = sum(count > 1 for count in found.copies.values())
    kinds, back = Counter(one.kind for one in found.authenticators), Counter(one.outcome for one in ledger.returned)
    say(f'\n{len(ledger.told)} people saw "added"; stored: {dict(kinds)}; {len(ledger.faults)} faults; {seconds:.0f} s')
    say(
        f"{len(ledger.signed_in)} people saw their account; stored: {len(found.sign_ins)} sign-ins; visits: {dict(back)}"
    )
    say(
        f"{sum(found.copies.values())} mails came, {twice} of them twice; {len(found.refused)} addresses were refused for good"
    )
    say(
        f"{MOVERS} people of a move were told of {', '.join(ledger.reminded)}: {len(found.of_moves)} mails, {ledger.killed_telling} killed amid it"
    )
    breaches = [*verdict.judge(ledger, found), *(f"the load itself broke: {one}" for one in broken)]
    for breach in breaches[:SHOWN]:
        say(f"BREACH  {breach}")
    say(f"{len(breaches)} breaches" if breaches else "Everything holds.")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
