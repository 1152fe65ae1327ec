"""The file that people are imported from: CSV in UTF-8, a person a line. It knows no table.

A line is a row: no field may hold a line break, so a quote that isn't closed spoils its own line alone.
"""

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO, TypeVar

from careid.people import spreadsheets, typed
from careid.people.spreadsheets import BadFile
from careid.storing import crypto

COLUMNS: Final = (
    "user_id",
    "given_name",
    "family_name",
    "email",
    "national_insurance_number",
    "organisation_code",
    "identity_level",
)
# The columns that the file of failed rows has more, so that it can be mended and imported: where and why each failed.
LINE, REASON = "line", "reason"
_NOT_UTF8: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
Checked = TypeVar("Checked")


class BadRow(ValueError):
    """The row fails; its words name a column and never repeat what stands in it."""


@dataclass(frozen=True, slots=True)
class Person:
    """One row, checked. `email` and `fingerprints` are None where their column is blank."""

    user_id: str
    given_name: str
    family_name: str
    email: str | None
    fingerprints: list[str] | None
    organisation_code: str
    identity_level: int


@contextmanager
def open_to_write(path: Path, *, other_than: Path) -> Iterator[TextIO]:
    """A file for the rows that failed, which its owner alone may read; taken away again where nothing is written.

    BadFile too where the disk is full later.
    """
    try:
        if path.exists() and (path.samefile(other_than) or not path.is_file()):
            raise BadFile(f"{path} can't hold the rows that fail: choose another with --failed")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            os.fchmod(descriptor, 0o600)
            try:
                yield file
            finally:
                if not file.tell():
                    path.unlink()
    except OSError as error:
        raise BadFile(f"{path} can't be written: {error.strerror}; choose another with --failed") from error


def header(file: TextIO) -> list[str]:
    """The names on the first line. BadFile where one is missing, doubled or not known, or it is no CSV in UTF-8."""
    return spreadsheets.names(file, wanted=COLUMNS, allowed=(LINE, REASON))


def person(line: str, names: list[str]) -> Person:
    """Who stands on a line. BadRow where any of it is wrong."""
    row = {column: meant(cell) for column, cell in read(line, names).items()}
    return Person(
        user_id=checked(row, "user_id", user_id),
        given_name=checked(row, "given_name", name),
        family_name=checked(row, "family_name", name),
        email=checked(row, "email", typed.email_address) if row["email"] else None,
        fingerprints=_fingerprints(row) if row["national_insurance_number"] else None,
        organisation_code=checked(row, "organisation_code", organisation_code),
        identity_level=_identity_level(row["identity_level"]),
    )


def write_failed(file: TextIO, names: list[str], rows: Iterable[tuple[int, str, str]]) -> None:
    """Of each row that failed its line, the reason and its own cells, none of them a formula to a spreadsheet."""
    kept = [index for index, name in enumerate(names) if name not in {LINE, REASON}]
    file.writelines(spreadsheets.as_csv(_to_mend(names, kept, rows)))
    file.flush()  # a full disk is found before the import is committed


def _to_mend(names: list[str], kept: list[int], rows: Iterable[tuple[int, str, str]]) -> Iterator[list[object]]:
    for count, (number, reason, line) in enumerate(rows):
        if not count:
            yield [LINE, REASON, *(names[index] for index in kept)]
        cells = _cells(line, strict=False)
        yield [number, reason, *(cells[index] for index in kept if index < len(cells))]


def _cells(line: str, *, strict: bool) -> list[str]:
    return next(csv.reader([line.rstrip("\r\n")], strict=strict), [])


def read(line: str, names: list[str]) -> dict[str, str]:
    """What stands on a line under each of these names, as it is written. BadRow where it is no line of such a file."""
    if len(line) >= spreadsheets.LINE_MOST:
        raise BadRow("the line is too long")
    if _NOT_UTF8.search(line):
        raise BadRow(f"the line is not UTF-8; open the file again and {spreadsheets.WAY_OUT}")
    if _CONTROL.search(line.rstrip("\r\n")):
        raise BadRow("the line has a control character")
    try:
        found = _cells(line, strict=True)
    except csv.Error as error:
        raise BadRow("a quotation mark is not closed, or stands in the wrong place") from error
    if len(found) != len(names):
        raise BadRow(f"the line has {len(found)} cells and the header {len(names)}")
    return dict(zip(names, found, strict=True))


def meant(cell: str) -> str:
    """A cell of one line, without what a spreadsheet put around it."""
    # A file of failed rows that was mended has its apostrophes still.
    shielded = cell.startswith("'") and cell[1:].startswith(spreadsheets.FORMULA)
    return typed.plain(cell.removeprefix("'") if shielded else cell).strip()


def checked(row: dict[str, str], column: str, check: Callable[[str], Checked]) -> Checked:
    """A row's cell as `check` makes it. BadRow, with the column's name before its words, where it raises ValueError."""
    try:
        return check(row[column])
    except ValueError as error:
        raise BadRow(f"{column} is {error}") from error


def user_id(cell: str) -> str:
    """A user id. ValueError with what a spreadsheet did to it, where that is to be seen."""
    try:
        return typed.user_id(cell)
    except ValueError as error:
        done = spreadsheets.done_to(cell, length=typed.USER_ID_DIGITS)
        raise ValueError(f"{error}: {done}" if done else str(error)) from error


def name(cell: str, most: int = typed.NAME_MOST) -> str:
    """What somebody or something is called. ValueError where it is spoilt, blank, too long or no text."""
    if "\ufffd" in cell or spreadsheets.twice_encoded(cell):
        raise ValueError(f"spoilt by another encoding (Ã¢ for â); open the first file again and {spreadsheets.WAY_OUT}")
    return typed.name(cell, most)


def _fingerprints(row: dict[str, str]) -> list[str]:
    return crypto.fingerprints(checked(row, "national_insurance_number", typed.national_insurance_number))


def organisation_code(cell: str) -> str:
    """An ODS code in capital letters. ValueError where it isn't one."""
    if not re.fullmatch(r"[A-Za-z0-9]{2,12}", cell):
        raise ValueError("not 2 to 12 letters and digits")
    return cell.upper()


def _identity_level(cell: str) -> int:
    if cell not in {"0", "1", "2", "3"}:
        raise BadRow("identity_level is not 0, 1, 2 or 3")
    return int(cell)
