"""A line of a file of CSV, cell by cell: what was meant, and what is wrong with it, in words. It knows no table.

A line is a row: no field may hold a line break, so a quote that isn't closed spoils its own line alone.
"""

import csv
import re
from collections.abc import Callable
from typing import Final, TypeVar

from careid.people import spreadsheets, typed

_NOT_UTF8: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
Checked = TypeVar("Checked")


class BadRow(ValueError):
    """The row fails; its words name a column and never repeat what stands in it."""


def split(line: str, *, strict: bool) -> list[str]:
    """The cells of a line as they stand. csv.Error where `strict` and its quotation marks are wrong."""
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
        found = split(line, strict=True)
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


def person(row: dict[str, str]) -> dict[str, str]:
    """Who stands on a line, and where they work, as a file's row keeps them. BadRow where something of it is wrong."""
    return {
        "email": checked(row, "email", typed.email_address),
        "given_name": checked(row, "given_name", name),
        "family_name": checked(row, "family_name", name),
        "organisation": checked(row, "organisation", organisation_code),
    }


def name(cell: str, most: int = typed.NAME_MOST) -> str:
    """What somebody or something is called. ValueError where it is spoilt, blank, too long or no text."""
    if "\ufffd" in cell or spreadsheets.twice_encoded(cell):
        raise ValueError(f"spoilt by another encoding (Ã¢ for â); open the first file again and {spreadsheets.WAY_OUT}")
    return typed.name(cell, most)


def organisation_code(cell: str) -> str:
    """An ODS code in capital letters. ValueError where it isn't one."""
    if not re.fullmatch(r"[A-Za-z0-9]{2,12}", cell):
        raise ValueError("not 2 to 12 letters and digits")
    return cell.upper()
