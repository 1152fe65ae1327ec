"""CSV as a spreadsheet writes and reads it: a row at a time, and what goes wrong on the way, in words."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

BOM: Final = "\ufeff"  # begins a file, or else Excel takes it for another encoding than UTF-8
FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  what a cell of a formula begins with, full-width too
WAY_OUT: Final = "save it as CSV UTF-8 (comma separated)"
# What a file begins with that is no CSV in UTF-8.
_STARTS: Final = {
    b"PK\x03\x04": "is a workbook, not a CSV file",
    b"\xd0\xcf\x11\xe0": "is a workbook, not a CSV file",
    b"\xff\xfe": "is UTF-16",
    b"\xfe\xff": "is UTF-16",
}
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}
# What UTF-8 makes of the letters and signs of European names: where a cell gives these twice, it was read wrongly once.
_OF_NAMES: Final = re.compile("[\xa0-\u024f\u1e00-\u1eff\u2010-\u203a]+")
_POWER: Final = re.compile(r"[0-9]+([.,][0-9]*)?E\+?[0-9]+", re.IGNORECASE)


class BadFile(ValueError):
    """Nothing can be done with the file; its words are safe to print."""


class _Line:
    """What csv writes to: each line is given back."""

    def write(self, line: str) -> str:
        return line


def cell(value: object) -> str:
    """A value as a cell, None as an empty one. What would be a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def as_csv(rows: Iterable[Iterable[object]], *, begins: bool = True) -> Iterator[str]:
    """Each row as a line of CSV, when the line is asked for: a file of any length needs the memory of one row.

    Where the file `begins` here, a byte order mark does, with which a spreadsheet reads accents as they are.
    """
    writer = csv.writer(_Line())
    mark = BOM if begins else ""
    for row in rows:
        yield mark + str(writer.writerow([cell(value) for value in row]))
        mark = ""


def is_blank(line: str) -> bool:
    """Whether nothing stands on a line but the commas that a spreadsheet leaves of an empty row."""
    return not line.strip(', "\t\r\n\v\f\xa0')


def names(first: str, *, wanted: Sequence[str], allowed: Sequence[str] = ()) -> list[str]:
    """The columns that the first line names, in their order; bytes that are no UTF-8 come as surrogates.

    BadFile, with the way out, where one of `wanted` is missing, or one is doubled or neither wanted nor allowed.
    """
    named = [one.strip(f"{BOM} \xa0") for one in next(csv.reader([first.rstrip("\r\n")]), [])]
    if fault := _not_csv(first, wanted):
        raise BadFile(f"{fault}: {WAY_OUT}")
    if missing := [name for name in wanted if name not in named]:
        almost = [one for one in named if _key(one) == _key(missing[0])]
        fault = f"names a column {almost[0]!a}: write" if almost else "has no column"
        raise BadFile(f"{fault} {missing[0]}; its first line must name {', '.join(wanted)}")
    if doubled := [one for one in named if named.count(one) > 1]:
        raise BadFile(f"has the column {doubled[0][:40]!a} twice: remove one")
    if unknown := [one for one in named if one not in {*wanted, *allowed}]:
        raise BadFile(f"has a column too many, {unknown[0][:40]!a}: remove it")
    return named


def _key(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name).casefold()


def _not_csv(first: str, wanted: Sequence[str]) -> str:
    raw = first.encode("utf-8", "surrogateescape")
    if kind := next((words for start, words in _STARTS.items() if raw.startswith(start)), ""):
        return kind
    if not raw.strip():
        return "has nothing on its first line"
    if b"\0" in raw:
        return "is UTF-16"
    if not raw.isascii() and any("\ud800" <= char <= "\udfff" for char in first):
        return "is not UTF-8"
    for sign, words in _SEPARATORS.items():
        if {_key(one.strip('"')) for one in first.split(sign)} & {_key(one) for one in wanted} and sign in first:
            return f"has its columns separated by {words}"
    return ""


def twice_encoded(text: str) -> bool:
    """Whether a text in UTF-8 was read as Windows-1252 and saved so: Ã¢ where â stood."""
    if text.isascii():
        return False
    try:
        meant = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return bool(_OF_NAMES.fullmatch("".join(char for char in meant if not char.isascii())))


def done_to(digits: str, *, length: int) -> str:
    """What a spreadsheet did to a cell that should be so many digits, in words; empty where it isn't to be seen."""
    if _POWER.fullmatch(digits):
        return "a spreadsheet wrote it as a power of ten; format that column as text and fill it in anew"
    if digits.startswith(("=", "#")):
        return "a spreadsheet's formula stands there; format that column as text and fill it in anew"
    if digits.isdecimal() and len(digits) < length:
        return "a spreadsheet drops zeros from the start of a number; format that column as text and fill it in anew"
    return ""
