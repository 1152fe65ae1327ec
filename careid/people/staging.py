"""A file that somebody gives the desk becomes rows: its lines are looked at one by one, and all go in by COPY.

What is on file tells the rest: whoever asked for the file adds that by sets; then it `tally`s again.
"""

import io
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Final, TextIO

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from careid.errors import Refused
from careid.people import cells, spreadsheets
from careid.people.spreadsheets import BadFile
from careid.people.uploads import FAULT_MOST, Upload, UploadLine
from careid.storing import database

MOST: Final = 50_000  # lines of a file
NAME: Final = "The file"  # how the words of what is wrong with it begin
TEXTS: Final = ("fault", "email", "given_name", "family_name", "organisation", "way")
_COPY: Final = f"COPY {UploadLine._meta.db_table} (id, upload_id, number, {', '.join(TEXTS)}, note, done) FROM STDIN"
Row = tuple[int, dict[str, str]]  # a line's number, and what it keeps
Check = Callable[[dict[str, str]], dict[str, str]]  # of cells by column: what a line's row keeps. BadRow where it can't


def stage(
    *,
    file: BinaryIO,
    purpose: str,
    by: str,
    wanted: Sequence[str],
    check: Check,
    once: Sequence[str] = ("email",),
    allowed: Sequence[str] = (),
    about: str = "",
) -> Upload:
    """The file's lines as rows, in one transaction; a line that `check` raises BadRow for keeps its words alone.

    `wanted` are the columns that the first line must name, `allowed` those that it may; those of `once` together stand
    on one line alone, the first that is good. BadFile, in words for whoever
    gave it, where it is no CSV in UTF-8, has no line or more than MOST. Nothing is kept of it then.
    """
    upload = Upload(purpose=purpose, about=about, by=by)
    # What is refused here is refused inside the transaction, so that nothing of it stays.
    with _opened(file) as text, transaction.atomic(), database.patiently():
        names = spreadsheets.names(text, wanted=wanted, allowed=allowed)
        upload.save(force_insert=True)
        rows = ((number, _looked_at(line, names, check)) for number, line in _bounded(text))
        _copy(upload, _once(rows, once))
        tally(upload)
    return upload


def tally(upload: Upload) -> None:
    """Count its lines, and those with a fault, as they stand now."""
    upload.rows, upload.failed = upload.lines.count(), upload.lines.exclude(fault="").count()
    upload.save(update_fields=["rows", "failed"])


def _opened(file: BinaryIO) -> TextIO:
    named: Any = io.BytesIO(file.read())
    named.name = NAME
    return io.TextIOWrapper(named, encoding="utf-8-sig", errors="surrogateescape", newline="")


def _bounded(text: TextIO) -> Iterator[tuple[int, str]]:
    count = 0
    for count, line in enumerate(spreadsheets.lines(text), start=1):
        if count > MOST:
            raise BadFile(f"{NAME} has more than {MOST:,} lines: make two files of it")
        yield line
    if not count:
        raise BadFile(f"{NAME} has no line below its first, which names the columns")


def _looked_at(line: str, names: list[str], check: Check) -> dict[str, str]:
    try:
        return check({column: cells.meant(cell) for column, cell in cells.read(line, names).items()})
    except cells.BadRow as error:
        return {"fault": str(error)[:FAULT_MOST]}


def _once(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[Row]:
    # Not by a statement: Postgres, which has not counted a new file, joined it to itself line by line, for minutes.
    first: dict[tuple[str, ...], int] = {}
    for number, row in rows:
        stands = number if row.get("fault") else first.setdefault(tuple(row[name] for name in columns), number)
        yield number, row if stands == number else {**row, "fault": f"email stands on line {stands} already"}


def _copy(upload: Upload, lines: Iterable[Row]) -> None:
    sealed_by: Any = UploadLine._meta.get_field("note")
    one = UploadLine()  # that each line is in its turn: to make as many takes longer than the rest
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for number, row in lines:
            one.pk = uuid.uuid4()
            note = sealed_by.seal(row["note"], one) if row.get("note") else None
            texts = (row.get(name, "") for name in TEXTS)
            copy.write_row((one.pk, upload.pk, number, *texts, note, False))
    with connection.cursor() as cursor:  # else at the transaction's end, which has no more time than a page's statement
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def take(*, upload: Upload, wanted: str, by: str, job: str, again: Callable[[], str]) -> None:
    """Have a worker do this job with the file's lines: `all` of them, or the `valid` ones.

    `again` looks at the lines once more, and returns why none can be taken, a word; empty where they can. Refused:
    that word; `taken` (it was, or was given up), `faults` (all are wanted, and one has an error), `nothing` (no line
    is good).
    """
    with database.patiently():
        refused = _why_not(upload, wanted, again)
        if not refused:
            values = {"state": Upload.State.TAKEN, "wanted": wanted, "by": by, "taken_at": timezone.now()}
            Upload.objects.filter(pk=upload.pk).update(**values)
            vars(upload).update(values)
            app.configure_task(job).defer(upload_id=str(upload.pk))
    if refused:
        raise Refused(refused)


def _why_not(upload: Upload, wanted: str, again: Callable[[], str]) -> str:
    """Why a file can't be taken, a word; empty where it can. It is the caller's alone until the transaction ends."""
    judged = Upload.objects.select_for_update(no_key=True).filter(pk=upload.pk, state=Upload.State.JUDGED)
    if judged.first() is None:
        return "taken"
    if refused := again():
        return refused
    tally(upload)
    if upload.failed and wanted == Upload.Wanted.ALL:
        return "faults"
    return "nothing" if upload.failed == upload.rows else ""


@transaction.atomic
def give_up(*, upload: Upload) -> bool:
    """Forget what stands in a file that was not taken. Returns whether it was so."""
    given_up = Upload.objects.filter(pk=upload.pk, state=Upload.State.JUDGED).update(state=Upload.State.GIVEN_UP)
    if given_up:
        upload.lines.all().delete()
    return bool(given_up)
