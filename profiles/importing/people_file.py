"""The file that people are imported from: CSV in UTF-8, a person a line. It knows no table."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from careid.people import cells, spreadsheets, typed
from careid.people.cells import BadRow, checked, meant, name, organisation_code
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
    row = {column: meant(cell) for column, cell in cells.read(line, names).items()}
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
        found = cells.split(line, strict=False)
        yield [number, reason, *(found[index] for index in kept if index < len(found))]


def user_id(cell: str) -> str:
    """A user id. ValueError with what a spreadsheet did to it, where that is to be seen."""
    try:
        return typed.user_id(cell)
    except ValueError as error:
        done = spreadsheets.done_to(cell, length=typed.USER_ID_DIGITS)
        raise ValueError(f"{error}: {done}" if done else str(error)) from error


def _fingerprints(row: dict[str, str]) -> list[str]:
    return crypto.fingerprints(checked(row, "national_insurance_number", typed.national_insurance_number))


def _identity_level(cell: str) -> int:
    if cell not in {"0", "1", "2", "3"}:
        raise BadRow("identity_level is not 0, 1, 2 or 3")
    return int(cell)
