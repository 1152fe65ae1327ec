"""CSV as a spreadsheet writes and reads it: a row at a time, and what goes wrong on the way, in words."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO

BOM: Final = "\ufeff"  # begins a file, or else Excel takes it for another encoding than UTF-8
FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  what a cell of a formula begins with, full-width too
LINE_MOST: Final = 8_000  # characters; no more of a line is read into memory
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


def lines(file: TextIO) -> Iterator[tuple[int, str]]:
    """Every line after the header on which anything stands, with its number in the file; one in memory at a time.

    Of a line that is LINE_MOST characters or longer the rest is left out.
    """
    file.seek(0)
    number, ended = 0, True
    for part in iter(lambda: file.readline(LINE_MOST), ""):
        number += ended
        if ended and number > 1 and not is_blank(part):
            yield number, part
        ended = part.endswith(("\n", "\r"))


def open_to_read(path: Path) -> TextIO:
    """The file, whatever bytes it has: what isn't UTF-8 becomes lone surrogates. BadFile where it can't be read."""
    try:
        if not path.is_file():
            raise BadFile(f"{path} is not a file: give the path of a CSV file")
        return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        raise BadFile(f"{path} can't be read: {error.strerror}") from error


def table(path: Path, *, wanted: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The cells of these columns, a line at a time with its number; other columns may stand there too.

    BadFile where the file can't be read, is no CSV in UTF-8, or a line has more or fewer cells than the first.
    """
    with open_to_read(path) as file:
        named = names(file, wanted=wanted, allowed=None)
        for number, line in lines(file):
            cells = next(csv.reader([line.rstrip("\r\n")]), [])
            if len(cells) != len(named):
                raise BadFile(f"{path}, line {number} has {len(cells)} cells and the first {len(named)}")
            if not line.isprintable() and any("\ud800" <= char <= "\udfff" for char in line):
                raise BadFile(f"{path}, line {number} is not UTF-8: {WAY_OUT}")
            yield number, [cells[named.index(column)].strip() for column in wanted]


def names(file: TextIO, *, wanted: Sequence[str], allowed: Sequence[str] | None = ()) -> list[str]:
    """The columns that the first line names, in their order.

    BadFile, with the way out, where one of `wanted` is missing, or one is doubled or neither wanted nor `allowed`
    (None: any is).
    """
    first = file.readline(LINE_MOST)
    try:
        return _names(first, wanted, allowed)
    except BadFile as error:
        raise BadFile(f"{file.name} {error}") from error


def _names(first: str, wanted: Sequence[str], allowed: Sequence[str] | None) -> list[str]:
    named = [one.strip(f"{BOM} \xa0") for one in next(csv.reader([first.rstrip("\r\n")]), [])]
    if fault := not_csv(first) or _other_separator(first, wanted):
        raise BadFile(f"{fault}: {WAY_OUT}")
    if first.lower().startswith("sep="):
        raise BadFile("begins with a line for a spreadsheet alone, sep=…: remove it")
    if missing := [name for name in wanted if name not in named]:
        almost = [one for one in named if _key(one) == _key(missing[0])]
        fault = f"names a column {almost[0]!a}: write" if almost else "has no column"
        raise BadFile(f"{fault} {missing[0]}; its first line must name {', '.join(wanted)}")
    if doubled := [one for one in named if named.count(one) > 1]:
        raise BadFile(f"has the column {doubled[0][:40]!a} twice: remove one")
    if allowed is not None and (unknown := [one for one in named if one not in {*wanted, *allowed}]):
        raise BadFile(f"has a column too many, {unknown[0][:40]!a}: remove it")
    return named


def _key(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name).casefold()


def not_csv(first: str) -> str:
    """Why a file that begins so is no text in UTF-8, in words; empty where it may be. Other bytes are surrogates."""
    raw = first.encode("utf-8", "surrogateescape")
    if kind := next((words for start, words in _STARTS.items() if raw.startswith(start)), ""):
        return kind
    if not raw.strip():
        return "has nothing on its first line"
    if b"\0" in raw:
        return "is UTF-16"
    return "is not UTF-8" if any("\ud800" <= char <= "\udfff" for char in first) else ""


def _other_separator(first: str, wanted: Sequence[str]) -> str:
    keys = {_key(name) for name in wanted}
    for sign, words in _SEPARATORS.items():
        if sign in first and keys & {_key(one.strip('"')) for one in first.rstrip("\r\n").split(sign)}:
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
