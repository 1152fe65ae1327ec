"""The statements on counts: one counts all that a request has to count, one reads counts, one takes them back."""

from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

Key = tuple[str, bytes]  # a limit's name, its subject
Counted = tuple[str, int, datetime]  # a limit's name, its count, when its window ends
Row = tuple[str, bytes, datetime]  # the same, and when a window that starts now ends

# A window that has ended starts anew.
_INSERT: Final = """INSERT INTO careid_limitcount AS c ("limit", subject, until, count)
    SELECT * FROM (VALUES {rows}) AS v (name, subject, until, one) WHERE {condition}
    ON CONFLICT ("limit", subject) DO UPDATE SET
        count = CASE WHEN c.until <= %s THEN 1 ELSE c.count + 1 END,
        until = CASE WHEN c.until <= %s THEN excluded.until ELSE c.until END
    RETURNING c."limit", c.count, c.until"""
_NONE_OVER: Final = """NOT EXISTS (SELECT FROM counted JOIN (VALUES {stops}) AS s (name, most)
    ON s.name = counted."limit" AND counted.count > s.most)"""

NOT_USED_UP: Final = """NOT EXISTS (
    SELECT FROM careid_limitcount WHERE ("limit", subject) = (%s, %s) AND until > %s AND count >= %s)"""
_STANDING: Final = """SELECT "limit", count, until FROM careid_limitcount
    WHERE until > %s AND {these} ORDER BY until"""
# Locked in the order in which they are counted: by name and subject, letter by letter.
_SUBTRACT: Final = """WITH gone AS (DELETE FROM careid_limitcount WHERE {gone}),
    counted AS (SELECT id FROM careid_limitcount WHERE count > 0 AND {counted}
        ORDER BY "limit" COLLATE "C", subject FOR NO KEY UPDATE)
    UPDATE careid_limitcount AS c SET count = c.count - 1 FROM counted WHERE c.id = counted.id"""


def add_counts(rows: list[Row], later: list[Row], stops: dict[str, int]) -> list[Counted]:
    """Count each row once, and each of the `later` ones if none of `stops` (a limit's most, by name) is over then.

    Returns name, count and end of each that was counted.
    """
    now = timezone.now()
    if rows and later:
        condition = _NONE_OVER.format(stops=", ".join(["(%s, %s)"] * len(stops))) if stops else "true"
        first, values = counting_rows(rows, now)
        second, more = counting_rows(later, now, condition, [value for stop in stops.items() for value in stop])
        statement = f"WITH counted AS ({first}), later AS ({second}) TABLE counted UNION ALL TABLE later"
        values += more
    else:
        statement, values = counting_rows(rows or later, now)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        counts: list[Counted] = cursor.fetchall()
    return counts


def counting_rows(
    rows: list[Row], now: datetime, condition: str = "true", asked: list[Any] | None = None
) -> tuple[str, list[Any]]:
    """The statement that counts each row once, and its values."""
    # Sorted, so that two requests never wait for each other crosswise; what comes later comes later everywhere.
    statement = _INSERT.format(rows=", ".join(["(%s, %s, %s, 1)"] * len(rows)), condition=condition)
    return statement, [*(value for row in sorted(rows) for value in row), *(asked or []), now, now]


def standing(keys: list[Key]) -> list[Counted]:
    """Name, count and end of each of these whose window is not over, those that end first before the others."""
    values = [timezone.now(), *(value for key in keys for value in key)]
    with connection.cursor() as cursor:
        cursor.execute(_STANDING.format(these=_any(keys)), values)
        counts: list[Counted] = cursor.fetchall()
    return counts


def subtract(rows: list[Key], gone: list[Key]) -> None:
    """Take one off each of the rows, and delete those that are to be gone."""
    values = [value for key in (*gone, *rows) for value in key]
    with connection.cursor() as cursor:
        cursor.execute(_SUBTRACT.format(gone=_any(gone), counted=_any(rows)), values)


def _any(keys: list[Key]) -> str:
    return f"""("limit", subject) IN ({", ".join(["(%s, %s)"] * len(keys))})""" if keys else "false"
