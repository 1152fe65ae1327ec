"""Roles from a file: its rows go by COPY into a table of the transaction's own, and from there in by sets.

The rules. Who is in the file has exactly its roles afterwards, and who is not keeps theirs. So a person's rows stand or
fall together: where one fails, each does, and they keep what they had. A row fails where its user id is of nobody here,
where its role id stands on an earlier line, or is another person's whom the file does not take it from.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from careid.errors import Refused
from careid.people import spreadsheets
from careid.storing import database
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record
from profiles.importing import people_file
from provider import role_file, role_sql

ACTOR: Final = actors.command("import_roles")


@dataclass(frozen=True)
class Summary:
    """What became of the rows, and how many roles were taken away from people who are in the file."""

    created: int
    changed: int
    unchanged: int
    removed: int
    failed: int
    first: tuple[tuple[int, str], ...] = ()  # of those that failed: line and reason

    @property
    def rows(self) -> int:
        return self.created + self.changed + self.unchanged + self.failed


def run(*, path: Path, failed: Path, dry_run: bool) -> Summary:
    """Import a file in one transaction, and write the rows that failed to another.

    Raises BadFile, or Refused: `running` (another import of roles is), `meanwhile` (somebody else wrote the same rows).
    Nothing has changed then.
    """
    with spreadsheets.open_to_read(path) as source:
        names = spreadsheets.names(source, wanted=role_file.COLUMNS, allowed=(people_file.LINE, people_file.REASON))
        with people_file.open_to_write(failed, other_than=path) as rejects:
            return _import(source, rejects, names, dry_run=dry_run)


def _import(source: TextIO, rejects: TextIO, names: list[str], *, dry_run: bool) -> Summary:
    # What is refused here is refused inside the transaction, so that nothing of it stays.
    try:
        with transaction.atomic(), database.patiently(), connection.cursor() as cursor:
            if not _counts(cursor, role_sql.ALONE)[0]:
                raise Refused("running")
            _stage(cursor, spreadsheets.lines(source), names)
            summary = _judge(cursor)
            people_file.write_failed(rejects, names, _failed(cursor, source))
            if not dry_run:
                _run(cursor, role_sql.WRITE)
            _tell(summary, dry_run=dry_run)
    except IntegrityError as error:
        raise Refused("meanwhile") from error
    return summary


def _stage(cursor: CursorWrapper, lines: Iterable[tuple[int, str]], names: list[str]) -> None:
    cursor.execute(role_sql.STAGE)
    with cursor.copy(role_sql.COPY) as copy:
        for number, line in lines:
            copy.write_row((number, *role_file.role(line, names)))


def _judge(cursor: CursorWrapper) -> Summary:
    """What will become of each row. A person who keeps a role may thereby fail another, who then keeps theirs."""
    _run(cursor, role_sql.JUDGE)
    while True:
        cursor.execute(role_sql.FAIL_HELD)
        if not cursor.rowcount:
            created, changed, unchanged, removed, failed = _counts(cursor, role_sql.SUMMARY)
            cursor.execute(role_sql.FIRST)
            return Summary(created, changed, unchanged, removed, failed, first=tuple(cursor.fetchall()))
        _run(cursor, role_sql.FAIL_PEOPLE)


def _run(cursor: CursorWrapper, statements: Iterable[str]) -> None:
    for statement in statements:
        cursor.execute(statement)


def _counts(cursor: CursorWrapper, statement: str) -> tuple[Any, ...]:
    cursor.execute(statement)
    counted: tuple[Any, ...] = cursor.fetchone()
    return counted


def _failed(cursor: CursorWrapper, source: TextIO) -> Iterator[tuple[int, str, str]]:
    """Number, reason and text of each line that failed, in the order of the file, which is read a second time."""
    lines = spreadsheets.lines(source)
    cursor.execute(role_sql.REJECTS)
    for wanted, reason in cursor.fetchall():
        yield wanted, reason, next((line for number, line in lines if number == wanted), "")


def _tell(summary: Summary, *, dry_run: bool) -> None:
    details = {"command": "import_roles", "rows": summary.rows, "failed": summary.failed, "dry_run": dry_run}
    record(EventName.COMMAND_RUN, actor=ACTOR, details=details)
