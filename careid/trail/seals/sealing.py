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
from careid.trail.seals import canonical

BATCH: Final = 10_000  # events a seal
PATIENCE: Final = 20.0  # seconds that those who are writing are waited for; the next minute tries again
STALE: Final = timedelta(minutes=2)  # longer unsealed than this is for somebody to look at
WRITERS: Final = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'careid_event'::regclass AND mode = 'RowExclusiveLock' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pid IS DISTINCT FROM pg_backend_pid()"""
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def seal(*, patience: float = PATIENCE) -> int:
    """Seal what is settled and not yet sealed. Returns how many events that were."""
    newest = Event.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    last = newest_seal()
    if newest is None or (last and newest <= last.last):
        return 0
    if not _all_came(patience):
        log.warning("the trail is not sealed this time: a transaction takes long to write to it")
        return 0
    sealed = 0
    while count := _seal_next(newest):
        sealed += count
    return sealed


def unsealed_since() -> datetime | None:
    """When the oldest event that no seal covers yet happened."""
    last = newest_seal()
    rows = Event.objects.filter(sequence__gt=last.last) if last else Event.objects.all()
    return rows.order_by("sequence").values_list("at", flat=True).first()


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
