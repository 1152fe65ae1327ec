"""What is asked of an import, and what becomes of its rows: read from the transaction's own tables."""

from dataclasses import dataclass
from typing import Final

from django.db.backends.utils import CursorWrapper

from profiles.importing import sql

# What the rows would do, a sort at a time: how many, and the first few with their user id, or why they fail.
SORTS: Final = """
SELECT sort, rows, line, about FROM (
    SELECT *, count(*) OVER (PARTITION BY sort) AS rows, row_number() OVER (PARTITION BY sort ORDER BY line) AS place
    FROM (
        SELECT line, user_id AS about, unnest(CASE
            WHEN profile_id IS NULL THEN ARRAY['created'] WHEN changed = '{}' THEN ARRAY['unchanged'] ELSE changed
        END) AS sort
        FROM import_person
        UNION ALL
        SELECT line, reason, 'failed' FROM import_failed
    ) AS sorted
) AS counted
WHERE place <= 5
ORDER BY line"""


@dataclass(frozen=True)
class Wanted:
    """What an operator asks for: a dry run takes all of it back; organisations are made where a row names a new one."""

    dry_run: bool = False
    new_organisations: bool = False


@dataclass(frozen=True)
class Sort:
    """`created`, `unchanged`, `failed` or a column that changes: how many rows, and the first ones' line and user id.

    Of those that failed the reason stands in place of the user id.
    """

    name: str
    rows: int
    first: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Summary:
    """What became of the rows."""

    created: int
    changed: int
    unchanged: int
    failed: int
    organisations: tuple[str, ...] = ()  # the codes of those that the file made
    sorts: tuple[Sort, ...] = ()  # of a dry run: what would change, a sort at a time

    @property
    def rows(self) -> int:
        return self.created + self.changed + self.unchanged + self.failed


def judged(cursor: CursorWrapper) -> tuple[Summary, int]:
    """What will become of the rows, and how many profiles that are there will be written."""
    cursor.execute(sql.SUMMARY)
    created, changed, unchanged, failed, touched = cursor.fetchone()
    cursor.execute(sql.NEW_ORGANISATIONS)
    organisations = tuple(code for (code,) in cursor.fetchall())
    return Summary(created, changed, unchanged, failed, organisations), touched


def sorts(cursor: CursorWrapper) -> tuple[Sort, ...]:
    """What the rows would change, a sort at a time."""
    cursor.execute(SORTS)
    found: dict[str, tuple[int, list[tuple[int, str]]]] = {}
    for name, rows, line, about in cursor.fetchall():
        found.setdefault(name, (rows, []))[1].append((line, about))
    return tuple(Sort(name, rows, tuple(first)) for name, (rows, first) in found.items())
