"""CSV that a spreadsheet takes for text alone, a row at a time."""

import csv
from collections.abc import Iterable, Iterator
from typing import Final

FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  what a cell of a formula begins with, full-width too


class _Line:
    """What csv writes to: each line is given back."""

    def write(self, line: str) -> str:
        return line


def cell(value: object) -> str:
    """A value as a cell, None as an empty one. What would be a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def as_csv(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Each row as a line of CSV, when the line is asked for: a file of any length needs the memory of one row."""
    writer = csv.writer(_Line())
    for row in rows:
        yield str(writer.writerow([cell(value) for value in row]))
