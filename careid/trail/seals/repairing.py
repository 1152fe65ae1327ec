"""Taking out what names a number that was never given out, so that what happens is sealed again.

What stood under a seal that goes is sealed anew as it stands, and one that was noted elsewhere tells that it is gone.
What does not verify for any other reason is evidence, and stays.
"""

import json
from collections.abc import Iterator
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from careid.errors import Refused
from careid.storing import database
from careid.trail.models import Seal
from careid.trail.names import EventName
from careid.trail.record import record
from careid.trail.seals import exporting, jumps, rotating
from careid.trail.seals.canonical import FIELDS

MANY: Final = 1_000  # events: so many were not put in, the sequence itself was set back


def lines() -> Iterator[str]:
    """What `repair` would take out, as JSON lines. Refused: `nothing`; `many`, where the sequence itself is wrong."""
    if jumps.events().count() > MANY:
        raise Refused("many")
    events, seals = jumps.events(), _seals()
    if not events.exists() and not seals.exists():
        raise Refused("nothing")
    yield from exporting.FORMS["jsonl"](events.values_list(*FIELDS).iterator())
    for seal in seals:
        about = {"last": seal.last, "count": seal.count, "at": seal.at.isoformat(), "key_id": seal.key_id}
        yield json.dumps({"seal": seal.number, "mac": bytes(seal.mac).hex(), **about}) + "\n"


def repair() -> int:
    """Delete those, and each seal built on one of them. Returns how many rows. The role must own the tables."""
    with transaction.atomic(), database.patiently(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL careid.rotating = 'on'")
        cursor.execute("LOCK TABLE careid_seal IN SHARE ROW EXCLUSIVE MODE")  # the worker's next seal waits
        seals, _ = _seals().delete()
        events, _ = jumps.events().delete()
        cursor.execute("SET LOCAL careid.rotating = 'off'")
        record(EventName.COMMAND_RUN, actor=rotating.ACTOR, details={"command": "audit repair", "rows": events + seals})
    return events + seals


def _seals() -> QuerySet[Seal]:
    """Those that jump, and those after the first of them in the chain: one that was put in before it holds up none."""
    goes = Q(pk__in=jumps.seals().values("pk"))
    in_chain = jumps.seals().filter(number__gte=_chain_begins()).first()
    if in_chain:
        goes |= Q(number__gt=in_chain.number)
    return Seal.objects.filter(goes).order_by("number")


def _chain_begins() -> int:
    """The number of the first seal, or of the one that the newest rotation kept."""
    rotations = Seal.objects.exclude(pk__in=jumps.seals().values("pk")).filter(rotated__isnull=False)
    newest = rotations.order_by("-number").first()
    return newest.rotated or 1 if newest else 1
