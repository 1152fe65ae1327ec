"""People from a file: its rows go by COPY into a table of the transaction's own, and from there in by sets.

The rules, row by row. A row is whole or not there. A blank email or National Insurance number leaves what is there.
Two rows with one user id, email or number: the first stands, the later ones fail, whatever becomes of the first. A row
also fails where its email or number is another open profile's, unless a row of this very file takes it from there: a
swap works. Of a closed profile the names alone follow the file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final, TextIO

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from careid import audit, people_file, people_import_sql
from careid.audit import EventName
from careid.errors import Refused
from careid.models import new_user_handle

ACTOR: Final = "command:import_profiles"
Progress = Callable[[int, int], None]  # bytes read, rows read


@dataclass(frozen=True)
class Summary:
    """What became of the rows."""

    created: int
    changed: int
    unchanged: int
    failed: int

    @property
    def rows(self) -> int:
        return self.created + self.changed + self.unchanged + self.failed


def run(*, path: Path, failed: Path, dry_run: bool, progress: Progress = lambda _bytes, _rows: None) -> Summary:
    """Import a file in one transaction, and write its failed rows to another.

    Refused: `running` (another import is), `meanwhile` (somebody else changed the same profiles); then, as after
    people_file.BadFile, nothing has changed. A dry run does everything, and takes it back.
    """
    with people_file.open_to_read(path) as source:
        names = people_file.header(source)
        if failed.exists() and failed.samefile(path):
            raise people_file.BadFile(f"{failed} is the file to import: choose another with --failed")
        with people_file.open_to_write(failed) as rejects:
            ...
