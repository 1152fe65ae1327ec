"""Rotating: events past their time are deleted, and what is left still verifies from there on.

The last seal of what goes is kept, and a seal of the ordinary chain says so: without the key nobody makes one up.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from careid.errors import Refused
from careid.storing import database
from careid.trail import actors
from careid.trail.models import Seal
from careid.trail.names import EventName
from careid.trail.record import record
from careid.trail.seals import sealing, verifying

ACTOR = actors.command("audit")


@dataclass(frozen=True)
class Rotated:
    events: int
    seals: int


def rotate(*, older_than: timedelta) -> Rotated:
    """Delete the events whose seal is older, and their seals but the last. The role must own the tables.

    Refused: `nothing`, where none is so old; `not_whole`, where what would go does not verify: it is evidence.
    """
    last = Seal.objects.filter(at__lt=timezone.now() - older_than).order_by("-number").first()
    if last is None or Seal.objects.filter(rotated__gte=last.number).exists():
        raise Refused("nothing")
    if verifying.verify(until=last).found:
        raise Refused("not_whole")
    with transaction.atomic(), database.patiently(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL careid.rotating = 'on'")
        cursor.execute("LOCK TABLE careid_seal IN SHARE ROW EXCLUSIVE MODE")  # the worker's next seal waits
        before = sealing.newest_seal()
        assert before
        number = before.number + 1
        kept = Seal(number=number, at=timezone.now(), last=before.last, count=0, rotated=last.number)
        sealing.add(kept, before=before, rows=[])
        cursor.execute("DELETE FROM careid_event WHERE sequence <= %s", [last.last])
        events = cursor.rowcount
        cursor.execute("DELETE FROM careid_seal WHERE number < %s", [last.number])
        seals = cursor.rowcount
        cursor.execute("SET LOCAL careid.rotating = 'off'")
        record(EventName.COMMAND_RUN, actor=ACTOR, details={"command": "audit rotate", "rows": events})
    return Rotated(events, seals)
