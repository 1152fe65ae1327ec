"""`manage.py import_roles roles.csv`: parses, calls the rule, prints what became of the rows."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from careid.errors import Refused
from careid.people.spreadsheets import BadFile
from provider import role_file, role_import
from provider.role_import import Summary

WHY: Final = {
    "running": "Another import of roles is running: wait until it has ended. Nothing was changed.",
    "meanwhile": "Somebody else changed the same people in the meantime: run it again. Nothing was changed.",
}
COUNTS: Final = ("created", "changed", "unchanged", "removed", "failed")


class Command(BaseCommand):
    help = (
        f"Gives people their roles, from a CSV file in UTF-8 whose first line names, in any order, "
        f"{', '.join(role_file.COLUMNS)}: a role a line, lists separated by semicolons. Who is in the file has exactly "
        "its roles afterwards, and who is not keeps theirs. Where a row fails, that person keeps what they had. "
        "Exit code 1 where a row failed."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
        parser.add_argument(
            "--failed", type=Path, metavar="FAILED.csv", help="where failed rows go; FILE.failed.csv if not given"
        )

    def handle(self, *args: Any, file: Path, failed: Path | None, dry_run: bool, **options: Any) -> None:
        failed = failed or file.with_name(f"{file.stem}.failed.csv")
        try:
            summary = role_import.run(path=file, failed=failed, dry_run=dry_run)
        except BadFile as error:
            raise CommandError(str(error), returncode=2) from error
        except Refused as refused:
            raise CommandError(WHY[refused.reason]) from refused
        except OperationalError as error:
            raise CommandError("The database broke off: see its log. Nothing was changed.") from error
        self.stdout.writelines(f"{line}\n" for line in _told(summary, dry_run=dry_run))
        if summary.failed:
            self.stderr.write(f"The rows that failed are in {failed}, each with its line and reason.", style_func=str)
            sys.exit(1)


def _told(summary: Summary, *, dry_run: bool) -> Iterator[str]:
    counts = ", ".join(f"{vars(summary)[what]} {what}" for what in COUNTS)
    yield f"{'Dry run, nothing was changed: ' if dry_run else ''}{counts}"
    yield from (f"    line {line}: {reason}" for line, reason in summary.first)
    if summary.failed > len(summary.first):
        yield f"    and {summary.failed - len(summary.first)} more"
