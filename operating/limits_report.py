"""Which limits were passed, and how often; of a limit in shadow, how often it would have stopped somebody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from careid.limits import limits
from careid.storing import database
from careid.trail.names import EventName


@dataclass(frozen=True)
class Passed:
    """A limit in one mode, and how often it was passed.

    `times` counts windows in which one address, pair or person passed the limit: not the tries beyond it.
    """

    limit: str
    mode: str
    times: int
    networks: int
    organisations: int
    first: datetime
    last: datetime

    @property
    def stopped(self) -> str:
        """What the limit did to whoever passed it, in words."""
        known = limits.ALL.get(self.limit)
        if known and known.alarm:
            return "told the operator"
        if self.mode == "shadow":
            return "would have been stopped" if not (known and known.silent) else "would have got no mail"
        return "stopped" if not (known and known.silent) else "got no mail"


def passed(since: datetime) -> Iterator[Passed]:
    """Each limit that was passed since then, in each mode that it was in; those passed most often first."""
    with database.patiently(), connection.cursor() as cursor:  # a week may hold millions of events
        cursor.execute(
            """
            SELECT details ->> 'limit', details ->> 'mode', count(*), count(DISTINCT nullif(network, '')),
                count(DISTINCT nullif(organisation, '')), min(at), max(at)
            FROM careid_event WHERE at >= %s AND name = %s
            GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2""",
            (since, EventName.LIMIT_REACHED),
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return (Passed(*row) for row in rows)
