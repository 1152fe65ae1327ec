"""Sealing: what can no longer change is chained, without a lock on those who write the trail.

Sequence numbers are taken before their rows are there, and some never come (a rollback). So a row with a lower number
may appear after one with a higher. Whoever is about to write one holds the table's ordinary writing lock from before
the number is taken until its transaction has ended: once all who held it at a moment are gone, nothing below the
newest number of that moment can come any more, and what is there is settled.
"""

import time
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from careid.storing import crypto
from careid.trail.models import Event, Seal
from careid.trail.seals import canonical, jumps

BATCH: Final = 10_000  # events a seal
PATIENCE: Final = 20.0  # seconds that those who are writing are waited for; the next minute tries again
STALE: Final = timedelta(minutes=2)  # longer unsealed than this is for somebody to look at
WRITERS: Final = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'careid_event'::regclass AND mode = 'RowExclusiveLock' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pid IS DISTINCT FROM pg_backend_pid()"""
ALLOWED: Final = "SELECT has_table_privilege('careid_seal', 'INSERT')"
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def seal(*, patience: float = PATIENCE) -> int:
    """Seal what is settled and not yet sealed, up to what the sequence gave out. Returns how many events that were."""
    last = newest_seal()
    given = jumps.given_out()
    if last and max(last.last, last.number) > given:
        log.error("the trail is not sealed: a seal has a number that was never given out; see manage.py audit verify")
        return 0
    if not Event.objects.filter(sequence__gt=last.last if last else canonical.LEAST, sequence__lte=given).exists():
        return 0
    if not _all_came(patience):
        log.warning("the trail is not sealed this time: a transaction takes long to write to it")
        return 0
    sealed = 0
    while count := _seal_next(given):
        sealed += count
    return sealed


def unsealed_since() -> datetime | None:
    """When the oldest event that no seal covers yet happened: by its number, and by its time whatever its number."""
    last = newest_seal()
    ats = Event.objects.values_list("at", flat=True)
    if last is None:
        return ats.order_by("sequence").first()
    by_number = ats.filter(sequence__gt=last.last).order_by("sequence").first()
    by_time = ats.filter(at__gt=last.at + STALE).order_by("at").first()  # two clocks may be as far apart
    return min(filter(None, (by_number, by_time)), default=None)


def is_allowed() -> bool:
    """Whether the connected role may add seals: the worker's may, and the web's may not."""
    with connection.cursor() as cursor:
        cursor.execute(ALLOWED)
        return bool(cursor.fetchone()[0])


def newest_seal() -> Seal | None:
    return Seal.objects.order_by("-number").first()


def add(seal: Seal, *, before: Seal | None, rows: list[canonical.Row]) -> None:
    """Give a seal its key and its MAC, and write it. The log's line of it is what a cut tail is compared with.

    IntegrityError where a seal has that number already.
    """
    seal.form, seal.key_id = canonical.FORM, next(iter(crypto.ring(settings.SEAL_KEYS)))
    seal.mac = canonical.mac(seal, before=before, rows=rows)
    with transaction.atomic():
        seal.save(force_insert=True)
    log.info("the trail was sealed", seal=number_and_mac(seal))


def number_and_mac(seal: Seal) -> str:
    """A seal as it is noted elsewhere: `NUMBER:MAC`."""
    return f"{seal.number}:{bytes(seal.mac).hex()}"


def _seal_next(until: int) -> int:
    before = newest_seal()
    rows = list(islice(canonical.events(after=before.last if before else None, until=until), BATCH))
    if rows:
        number = before.number + 1 if before else 1
        try:
            add(Seal(number=number, at=timezone.now(), last=rows[-1][0], count=len(rows)), before=before, rows=rows)
        except IntegrityError:
            return 0  # another worker made this seal, and goes on
    return len(rows)


def _all_came(patience: float) -> bool:
    """Whether all who were writing the trail a moment ago have ended, waited for so long."""
    end = time.monotonic() + patience
    writers = _writers()
    while writers and time.monotonic() < end:
        time.sleep(0.05)
        writers &= _writers()
    return not writers


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {name for (name,) in cursor.fetchall()}
