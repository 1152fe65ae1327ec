"""`manage.py moves report > how-far.csv`, and `manage.py moves remind`: how far they are, and what is due now."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from careid.errors import counted
from careid.people import spreadsheets
from careid.storing import database
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record
from moves import progress, rounds
from moves.models import Move

ABOUT: Final = ("move", "state", "ends_on", "days_left", "organisation")
ROUNDS: Final = {"start": "that it starts", "date": "of the new last day", "cancelled": "that it is cancelled"}


class Command(BaseCommand):
    help = "Write how far moves have come as CSV, by organisation, or tell their people what is due now."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs: Any = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        report = verbs.add_parser("report", help="figures by organisation as CSV, and nobody named")
        words = "this one, by the last part of its page's address; may be repeated. Those that run where none is given"
        report.add_argument("--move", action="append", default=[], metavar="SLUG", help=words)
        remind = verbs.add_parser("remind", help="queue the emails that are due now, as the worker does by itself")
        remind.add_argument("--dry-run", action="store_true", help="say how many would be queued, and queue nothing")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "report":
            self.report(options["move"])
        else:
            self.remind(dry_run=options["dry_run"])

    def report(self, slugs: list[str]) -> None:
        moves = list(_named(slugs) if slugs else Move.objects.filter(state=Move.State.RUNNING))
        with database.patiently():
            for line in spreadsheets.as_csv(_rows(moves)):
                self.stdout.write(line, ending="")

    def remind(self, *, dry_run: bool) -> None:
        told = [(move, what, many) for move, some in rounds.remind(dry_run=dry_run) for what, many in some.items()]
        rows = sum(many for _, _, many in told)
        details = {"command": "moves remind", "rows": rows, "dry_run": dry_run}
        record(EventName.COMMAND_RUN, actor=actors.command("moves"), details=details)
        for move, what, many in told:
            words = ROUNDS.get(what) or f"{counted(int(what), 'day')} before the end"
            self.stdout.write(f"{move.slug}: {counted(many, 'person', 'people')} {words}")
        done = f"{counted(rows, 'email')} queued" if rows else "Nothing is due"
        self.stdout.write(f"{'Dry run, nothing was changed: ' if dry_run else ''}{done}")


def _named(slugs: list[str]) -> Iterator[Move]:
    found = {one.slug: one for one in Move.objects.filter(slug__in=[one for one in slugs if one.isprintable()])}
    for slug in slugs:
        if slug not in found:
            raise CommandError(f"There is no move {ascii(slug)[1:-1][:60]}. The desk lists them.", returncode=2)
        yield found[slug]


def _rows(moves: list[Move]) -> Iterator[list[object]]:
    yield [*ABOUT, *progress.COUNTS]
    today = timezone.localdate()
    for move in moves:
        for one in progress.of(move):
            about = [move.slug, move.state, move.ends_on.isoformat(), move.days_left(today), one.code]
            yield [*about, *(getattr(one, name) for name in progress.COUNTS)]
