"""The people of a move, from a file: its lines are looked at, shown, and then taken some at a time by a worker.

Who is in the move already gets the file's names, organisation and way; what they answered stays.
"""

from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from django.db import connection

from careid.people import cells, staging
from careid.people.uploads import Upload
from careid.storing import database
from moves.models import Move, Person

COLUMNS: Final = ("email", "given_name", "family_name", "organisation", "way")
LOAD: Final = "moves.load"  # the job, by its name: `moves.jobs` has it
TAKES: Final = (Move.State.DRAFT, Move.State.RUNNING)
_NOWHERE: Final = """
UPDATE careid_uploadline l SET fault = 'organisation is none of those here'
WHERE l.upload_id = %s AND l.fault = '' AND NOT done
    AND NOT EXISTS (SELECT FROM careid_organisation o WHERE o.code = l.organisation)"""
_COMING: Final = """
SELECT count(*), count(p.id), count(f.id)
FROM careid_uploadline l
LEFT JOIN moves_person p ON p.move_id = %s AND lower(p.email) = l.email
LEFT JOIN careid_profile f ON lower(f.email) = l.email AND f.state = 'open'
WHERE l.upload_id = %s AND l.fault = ''"""


@dataclass(frozen=True)
class Coming:
    """Of a file's good lines: how many there are, how many are in the move already, and whom a profile is there for."""

    people: int
    known: int
    matched: int


def judge(*, file: BinaryIO, move: Move, by: str) -> Upload:
    """Look at each line of the file: whether it can be taken, and if not, why. Nobody is in the move of it yet.

    BadFile, with words to show, where it is no such file.
    """
    with database.patiently():
        upload = staging.stage(
            file=file,
            purpose=Upload.Purpose.PEOPLE,
            about=str(move.pk),
            by=by,
            wanted=COLUMNS,
            check=_checked,
        )
        _run(_NOWHERE, upload.pk)
        staging.tally(upload)
    return upload


def coming(upload: Upload) -> Coming:
    """What the file's good lines would bring."""
    with database.patiently(), connection.cursor() as cursor:
        cursor.execute(_COMING, [int(upload.about), upload.pk])
        return Coming(*cursor.fetchone())


def _checked(row: dict[str, str]) -> dict[str, str]:
    return {**cells.person(row), "way": cells.checked(row, "way", _way)}


def _way(cell: str) -> str:
    way = cell.lower()
    if way not in Person.Way.values:
        raise ValueError(f"not one of {', '.join(Person.Way.values)}")
    return way


def take(*, upload: Upload, wanted: str, by: str) -> None:
    """Have a worker take the file's lines into the move: `all` of them, or the `valid` ones.

    Refused: `taken` (it was, or was given up), `faults` (all are wanted, and one has an error), `nothing` (no line is
    good), `over` (the move has ended).
    """

    def compare() -> str:
        _run(_NOWHERE, upload.pk)
        return "" if Move.objects.filter(pk=int(upload.about), state__in=TAKES).exists() else "over"

    staging.take(upload=upload, wanted=wanted, by=by, job=LOAD, again=compare)


def _run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
