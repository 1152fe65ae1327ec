"""`manage.py import_profiles people.csv`: parses, calls the rule, prints the summary."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import OperationalError

from careid.errors import Refused
from profiles.importing import by_sets, people_file

WHY = {
    "running": "Another import is running: wait until it has ended. Nothing was changed.",
    "meanwhile": "Somebody else changed the same people in the meantime: run it again. Nothing was changed.",
}
BAR = 30  # characters


class Command(BaseCommand):
    help = (
        f"Creates and changes people from a CSV file in UTF-8 whose first line names, in any order, "
        f"{', '.join(people_file.COLUMNS)}. A blank email or National Insurance number leaves what is there."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="do everything, then take it back")
        parser.add_argument(
            "--failed", type=Path, metavar="FAILED.csv", help="where failed rows go; FILE.failed.csv if not given"
        )

    def handle(self, *args: Any, file: Path, failed: Path | None, dry_run: bool, **options: Any) -> None:
        failed = failed or file.with_name(f"{file.stem}.failed.csv")
        try:
            summary = by_sets.run(path=file, failed=failed, dry_run=dry_run, progress=_progress(self.stderr))
        except people_file.BadFile as error:
            raise CommandError(str(error), returncode=2) from error
        except Refused as refused:
            raise CommandError(WHY[refused.reason]) from refused
        except OperationalError as error:
            raise CommandError("The database broke off: see its log. Nothing was changed.") from error
        counts = ", ".join(f"{number} {what}" for what, number in asdict(summary).items())
        self.stdout.write(f"{'Dry run, nothing was changed: ' if dry_run else ''}{counts}")
        if summary.failed:
            self.stderr.write(f"The rows that failed are in {failed}, each with its reason.", style_func=str)


def _progress(out: OutputWrapper) -> by_sets.Progress:
    """A bar on a terminal, a line each quarter elsewhere."""
    terminal = out.isatty()
    shown = ""

    def show(what: str, done: int, of: int) -> None:
        nonlocal shown
        percent = 100 * done // of
        bar = f"\r{what:<9} [{'#' * (percent * BAR // 100):<{BAR}}] {percent:3} %" + "\n" * (percent == 100)
        text = bar if terminal else f"{what} {percent // 25 * 25} %\n"
        if text != shown:
            out.write(text, style_func=str, ending="")
        shown = text

    return show
