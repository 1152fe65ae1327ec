"""`manage.py import_profiles people.csv`: parses, calls the rule, prints what became of the rows."""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import OperationalError

from careid.errors import Refused, counted
from careid.people.spreadsheets import BadFile
from profiles.importing import by_sets, people_file
from profiles.importing.outcome import Summary, Wanted

WHY: Final = {
    "running": "Another import is running: wait until it has ended. Nothing was changed.",
    "meanwhile": "Somebody else changed the same people in the meantime: run it again. Nothing was changed.",
}
SORTS: Final = (
    ("created", "created"),
    ("email", "another email address, told by email"),
    ("national_insurance_number", "another National Insurance number, told by email"),
    ("given_name", "another given name"),
    ("family_name", "another family name"),
    ("organisation_code", "another organisation"),
    ("identity_level", "another identity level"),
    ("unchanged", "unchanged"),
    ("failed", "failed"),
)
NAMED_MOST: Final = 20  # organisations
BAR: Final = 30  # characters
TELL_EVERY: Final = 10  # seconds, where no terminal shows a bar


class Command(BaseCommand):
    help = (
        f"Creates and changes people from a CSV file in UTF-8 whose first line names, in any order, "
        f"{', '.join(people_file.COLUMNS)}. A blank email or National Insurance number leaves what is there. "
        "Whoever gets another address or number is told, as when the desk changes it. Exit code 1 where a row failed."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
        parser.add_argument(
            "--new-organisations", action="store_true", help="make those that a row names for the first time"
        )
        parser.add_argument(
            "--failed", type=Path, metavar="FAILED.csv", help="where failed rows go; FILE.failed.csv if not given"
        )

    def handle(self, *args: Any, file: Path, failed: Path | None, **options: Any) -> None:
        failed = failed or file.with_name(f"{file.stem}.failed.csv")
        wanted = Wanted(dry_run=options["dry_run"], new_organisations=options["new_organisations"])
        try:
            summary = by_sets.run(path=file, failed=failed, wanted=wanted, progress=_progress(self.stderr))
        except BadFile as error:
            raise CommandError(str(error), returncode=2) from error
        except Refused as refused:
            raise CommandError(WHY[refused.reason]) from refused
        except OperationalError as error:
            raise CommandError("The database broke off: see its log. Nothing was changed.") from error
        self.stdout.writelines(f"{line}\n" for line in _told(summary, dry_run=wanted.dry_run))
        if summary.failed:
            self.stderr.write(f"The rows that failed are in {failed}, each with its line and reason.", style_func=str)
            sys.exit(1)


def _told(summary: Summary, *, dry_run: bool) -> Iterator[str]:
    counts = ", ".join(f"{getattr(summary, what)} {what}" for what in ("created", "changed", "unchanged", "failed"))
    yield f"{'Dry run, nothing was changed: ' if dry_run else ''}{counts}"
    if made := summary.organisations:
        more = f" and {len(made) - NAMED_MOST} more" if len(made) > NAMED_MOST else ""
        named = f"{', '.join(made[:NAMED_MOST])}{more}"
        yield f"{counted(len(made), 'new organisation')}, to take part in every kind: {named}"
    for name, words in SORTS:
        for sort in (one for one in summary.sorts if one.name == name):
            yield f"{sort.rows} {words}"
            yield from (f"    line {line}: {about}" for line, about in sort.first)
            if sort.rows > len(sort.first):
                yield f"    and {sort.rows - len(sort.first)} more"


def _progress(out: OutputWrapper, every: float = TELL_EVERY) -> by_sets.Progress:
    """A bar on a terminal; elsewhere a line now and then, so that a short file has none."""
    terminal = out.isatty()
    shown, last = "", time.monotonic()

    def show(what: str, done: int, of: int) -> None:
        nonlocal shown, last
        percent = 100 * done // of
        bar = f"\r{what:<9} [{'#' * (percent * BAR // 100):<{BAR}}] {percent:3} %" + "\n" * (percent == 100)
        text = bar if terminal else f"{what} {percent} %\n"
        if text != shown and (terminal or time.monotonic() - last >= every):
            out.write(text, style_func=str, ending="")
            shown, last = text, time.monotonic()

    return show
