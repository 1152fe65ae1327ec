"""Counts carried over to the names of today: while a ring of keys holds an older key too, so that no lock is shed.

A count is named under the newest keys. What was counted before is moved there when its subject is met again.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from careid.limits.limits import Limit
from careid.storing import crypto

Move = tuple[str, bytes, bytes]  # a limit's name, the subject of before and of now

# Locked in the order in which they are counted. Where something is counted under the new name already, the more holds.
_MOVE: Final = """WITH moves (name, before, now) AS (VALUES {moves}),
    held AS (SELECT c.id, now FROM careid_limitcount c JOIN moves ON (name, before) = (c."limit", c.subject)
        ORDER BY c."limit" COLLATE "C", c.subject FOR UPDATE OF c),
    gone AS (DELETE FROM careid_limitcount c USING held WHERE c.id = held.id
        RETURNING c."limit", held.now, c.until, c.count)
    INSERT INTO careid_limitcount AS c ("limit", subject, until, count)
    SELECT "limit", now, max(until), max(count) FROM gone WHERE until > %s GROUP BY "limit", now ORDER BY 1, 2
    ON CONFLICT ("limit", subject) DO UPDATE
        SET count = greatest(c.count, excluded.count), until = greatest(c.until, excluded.until)
        WHERE c.until > %s"""


def names(limit: Limit, subject: str) -> list[bytes]:
    """What a count of this subject is kept as, under each of CAREID_KEYS: the newest first."""
    return crypto.macs("limit", limit.name, subject)


def to_newest(counts: Iterable[tuple[Limit, str]]) -> None:
    """Move what stands under an older of CAREID_KEYS; no statement where there is one key alone."""
    _move((limit.name, old, forms[0]) for limit, of in counts for forms in [names(limit, of)] for old in forms[1:])


def to_subject(limits: Iterable[Limit], befores: Iterable[str], now: str) -> None:
    """Move what was counted against each of `befores` to the subject `now`; no statement where there is none."""
    old = [one for one in befores if one != now]
    _move(
        (limit.name, form, names(limit, now)[0]) for limit in limits for before in old for form in names(limit, before)
    )


def _move(wanted: Iterable[Move]) -> None:
    moves = list(wanted)
    if not moves:
        return
    at: datetime = timezone.now()
    values: list[Any] = [value for move in moves for value in move]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE.format(moves=", ".join(["(%s, %s::bytea, %s::bytea)"] * len(moves))), [*values, at, at])
