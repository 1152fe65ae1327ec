"""Forget every count, or tell what the limits did. One person's locks are lifted by `unlock`."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from careid.errors import counted
from careid.limits import limits
from careid.limits.models import LimitCount
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record
from operating import limits_report
from operating.spans import span

ACTOR = actors.command("limits")


class Command(BaseCommand):
    help = "Forget every count, or tell what the limits did."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs: Any = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        clear = verbs.add_parser("clear", help="forget every count of every limit")
        clear.add_argument("--yes", action="store_true", help="needed in production: it also helps whoever is guessing")
        named = "a limit, or how the names of several begin, such as details_pair; may be repeated"
        clear.add_argument("--limit", action="append", metavar="NAME", type=_limits, help=named)
        report = verbs.add_parser("report", help="who was stopped, and who would have been in shadow mode, by limit")
        report.add_argument("--since", type=span, default=timedelta(days=7), metavar="7d", help="how far back")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "report":
            self.report(options["since"])
        else:
            self.clear(yes=options["yes"], only=options["limit"])

    def report(self, since: timedelta) -> None:
        start = timezone.now() - since
        found = list(limits_report.passed(start))
        what = "each limit that was passed" if found else "no limit was passed"
        self.stdout.write(f"Since {_to_the_minute(start)}, {what}.")
        for one in found:
            self.stdout.write(
                f"{one.limit:<22} {one.mode:<8} {one.times:>7} {one.stopped}; {_told_apart(one)}"
                f"first {_to_the_minute(one.first)}, last {_to_the_minute(one.last)}"
            )
        if found:
            self.stdout.write(
                "Each is one address, pair of details or person in one window, however often they tried on."
            )

    def clear(self, *, yes: bool, only: list[list[str]] | None) -> None:
        if not (settings.DEMO or settings.DEBUG or yes):
            self.stderr.write(
                "limits clear: this is production; say --yes to forget every count, those of whoever is guessing too."
            )
            sys.exit(2)
        with transaction.atomic():
            rows = LimitCount.objects.filter(limit__in=chain(*only)) if only else LimitCount.objects.all()
            counts, _ = rows.delete()
            record(EventName.COMMAND_RUN, actor=ACTOR, details={"command": "limits clear", "rows": counts})
        self.stdout.write(f"{counts} counts forgotten.")


def _limits(named: str) -> list[str]:
    """The limits of this name, or of names that begin so. ArgumentTypeError where there is none."""
    found = [name for name in limits.ALL if f"{name}_".startswith(f"{named}_")]
    if not found:
        raise ArgumentTypeError(f"there is no limit {ascii(named)[:40]}")
    return found


def _to_the_minute(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _told_apart(one: limits_report.Passed) -> str:
    known = ((one.networks, "network"), (one.organisations, "organisation"))
    told = ", ".join(counted(number, unit) for number, unit in known if number)
    return f"{told}; " if told else ""
