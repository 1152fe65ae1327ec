"""People from a file: its rows go by COPY into a table of the transaction's own, and from there in by sets.

The rules, row by row. A row is whole or not there. A blank email or National Insurance number leaves what is there.
Two rows with one user id, email or number: the first stands, the later ones fail, whatever becomes of the first. A row
also fails where its email or number is another open profile's, unless a row of this very file takes it from there: a
swap works. Of a closed profile the names alone follow the file.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TextIO

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from authenticators.registry import KINDS
from careid.errors import Refused
from careid.people import cells, spreadsheets
from careid.people.models import Organisation, Profile, new_user_handle
from careid.post import outbox
from careid.storing import database
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record, together
from profiles import changes
from profiles.importing import outcome, people_file, sql
from profiles.importing.outcome import Summary, Wanted

ACTOR: Final = actors.command("import_profiles")
CREATED, CHANGED = "created", "changed"  # why an event tells of a person
TELL_EVERY: Final = 1_000  # rows
IMPORTED: Final = "imported"  # why an address or a number changed
AT_ONCE: Final = 1_000  # organisations, or people, a statement
Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, and of how much


def run(*, path: Path, failed: Path, wanted: Wanted, progress: Progress) -> Summary:
    """Import a file in one transaction, and write the rows that failed to another.

    Raises BadFile, or Refused: `running` (another import is), `meanwhile` (somebody else wrote the same
    profiles). Nothing has changed then.
    """
    with spreadsheets.open_to_read(path) as source:
        names = people_file.header(source)
        with people_file.open_to_write(failed, other_than=path) as rejects:
            summary = _import(source, rejects, names, wanted=wanted, progress=progress)
    if wanted.dry_run:
        _tell(summary, dry_run=True)
    return summary


def _import(source: TextIO, rejects: TextIO, names: list[str], *, wanted: Wanted, progress: Progress) -> Summary:
    # What is refused here is refused inside the transaction, so that nothing of it stays.
    try:
        with transaction.atomic(), database.patiently(), connection.cursor() as cursor:
            _alone(cursor)
            _stage(cursor, _with_progress(spreadsheets.lines(source), source, progress), names)
            summary, touched = _judge(cursor, wanted, progress)
            people_file.write_failed(rejects, names, _failed(source))
            _write(cursor, summary, touched, progress)
            if wanted.dry_run:
                summary = replace(summary, sorts=outcome.sorts(cursor))
                transaction.set_rollback(True)
            else:
                for event, moved in sql.MOVED.items():
                    _follow(event, moved, progress)
                _tell(summary, dry_run=False)
    except IntegrityError as error:
        raise Refused("meanwhile") from error
    return summary


def _alone(cursor: CursorWrapper) -> None:
    if not _only_value(cursor, sql.ALONE):
        raise Refused("running")


def _only_value(cursor: CursorWrapper, statement: str) -> Any:
    cursor.execute(statement)
    return cursor.fetchone()[0]


def _with_progress(lines: Iterable[tuple[int, str]], source: TextIO, progress: Progress) -> Iterator[tuple[int, str]]:
    size = os.fstat(source.fileno()).st_size
    for count, line in enumerate(lines):
        if count % TELL_EVERY == 0:
            progress("Reading", source.buffer.tell(), size)
        yield line
    progress("Reading", size, size)


def _stage(cursor: CursorWrapper, lines: Iterable[tuple[int, str]], names: list[str]) -> None:
    cursor.execute(sql.STAGE)
    with cursor.copy(sql.COPY) as copy:
        for number, line in lines:
            copy.write_row((number, *_staged(line, names)))


def _staged(line: str, names: list[str]) -> tuple[object, ...]:
    try:
        person = people_file.person(line, names)
    except cells.BadRow as error:
        return (str(error), *[None] * (len(people_file.COLUMNS) + 1))
    return (
        None,
        person.user_id,
        person.given_name,
        person.family_name,
        person.email,
        person.fingerprints,
        person.organisation_code,
        person.identity_level,
        new_user_handle(),
    )


def _judge(cursor: CursorWrapper, wanted: Wanted, progress: Progress) -> tuple[Summary, int]:
    """What will become of each row, and how many profiles that are there will be written."""
    _run(cursor, sql.JUDGE, "Comparing", progress, {"new_organisations": wanted.new_organisations})
    return outcome.judged(cursor)


def _failed(source: TextIO) -> Iterator[tuple[int, str, str]]:
    """Number, reason and text of each line that failed, in the order of the file, which is read a second time."""
    lines = spreadsheets.lines(source)
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql.REJECTS)
        for wanted, reason in cursor:
            yield wanted, reason, next((line for number, line in lines if number == wanted), "")


def _write(cursor: CursorWrapper, summary: Summary, touched: int, progress: Progress) -> None:
    if _only_value(cursor, sql.LOCK) != touched:
        raise Refused("meanwhile")
    _make(summary.organisations)
    values = {"event": str(EventName.PROFILE_IMPORTED), "created": CREATED, "changed": CHANGED}
    _run(cursor, sql.WRITE, "Writing", progress, values)


def _follow(event: EventName, moved: str, progress: Progress) -> None:
    """What a new address or number brings with it, for all that the file gave one to."""
    done = 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(moved)
        while rows := cursor.fetchmany(AT_ONCE):
            people = list(Profile.objects.select_related("organisation").filter(pk__in=[key for key, _ in rows]))
            with together(), outbox.together():
                changes.follow(event, people, by=ACTOR, reason=IMPORTED, details={})
            done += len(rows)
            progress("Telling", done, rows[0][1])


def _make(codes: Iterable[str]) -> None:
    """Make the organisations that are named for the first time: they take part, and in every kind."""
    switches = {kind.organisation_switch: True for kind in KINDS.values() if kind.organisation_switch}
    made = [Organisation(code=code, **switches) for code in codes]
    # Somebody at the desk may make the same one in this moment.
    Organisation.objects.bulk_create(made, ignore_conflicts=True, batch_size=AT_ONCE)
    with together():
        for one in made:
            changed = {"changed": ["code", *switches]}
            record(EventName.ORGANISATION_CHANGED, actor=ACTOR, organisation=one.code, details=changed)


def _run(
    cursor: CursorWrapper, statements: tuple[str, ...], what: str, progress: Progress, values: dict[str, Any]
) -> None:
    shared: dict[str, Any] = {"now": timezone.now(), "actor": ACTOR}
    for done, statement in enumerate(statements, start=1):
        cursor.execute(statement, shared | values)
        progress(what, done, len(statements))


def _tell(summary: Summary, *, dry_run: bool) -> None:
    details = {"command": "import_profiles", "rows": summary.rows, "failed": summary.failed, "dry_run": dry_run}
    record(EventName.COMMAND_RUN, actor=ACTOR, details=details)
