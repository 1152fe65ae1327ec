"""`manage.py invitations report`: where they stand, by organisation. `expire`: what ran out ends now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apply import expiring, reporting
from careid.errors import counted
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record


class Command(BaseCommand):
    help = "Tell where invitations to apply and applications stand, in numbers, or end the invitations that ran out."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs: Any = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        verbs.add_parser("report", help="of each organisation, how many are in which state, and what waits longest")
        expire = verbs.add_parser("expire", help="end what ran out now; the worker does so every ten minutes")
        expire.add_argument("--dry-run", action="store_true", help="say how many would end, and end none")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "report":
            self.stdout.writelines(f"{line}\n" for line in reporting.lines())
        else:
            self.expire(dry_run=options["dry_run"])

    def expire(self, *, dry_run: bool) -> None:
        count = expiring.due().count() if dry_run else expiring.expire()
        details = {"command": "invitations", "rows": count, "failed": 0, "dry_run": dry_run}
        record(EventName.COMMAND_RUN, actor=actors.command("invitations"), details=details)
        ended = f"{counted(count, 'invitation')} {'would end' if dry_run else 'ended'}"
        self.stdout.write(f"Dry run, nothing was changed: {ended}" if dry_run else ended)
