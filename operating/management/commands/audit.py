"""`manage.py audit`: is the trail whole, the trail as a file, and away with what is past its time."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils import timezone

from careid.errors import Refused, counted
from careid.storing import crypto, database
from careid.trail.names import EventName
from careid.trail.record import record
from careid.trail.seals import exporting, repairing, rotating, sealing, verifying
from operating.spans import span

NOT_OURS: Final = "The database refused it: run it as the role that owns the tables. Nothing was changed."
SET_BACK: Final = (
    "So many events were not put in: the sequence was set back. As the owner of the tables: SELECT"
    " setval('careid_event_sequence_seq', max(sequence)) FROM careid_event. Nothing was changed."
)
SHOWN: Final = 50  # lines of what was found; a trail that is wrong throughout needs no more


class Command(BaseCommand):
    help = "Verify the trail of events against its seals, export it, or rotate what is past its time."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs: Any = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        verify = verbs.add_parser("verify", help="find what was changed, put in, taken out or cut off; exit code 1")
        verify.add_argument(
            "--last", type=_number_and_mac, metavar="NUMBER:MAC", help="a seal noted elsewhere, as the log has it"
        )
        export = verbs.add_parser("export", help="write the events to standard output")
        export.add_argument("--format", choices=exporting.FORMS, default="csv", dest="form")
        export.add_argument("--since", type=span, metavar="7d", help="how far back; all of it if not given")
        rotate = verbs.add_parser("rotate", help="delete what is older, for good; as the role that owns the tables")
        rotate.add_argument("--older-than", type=span, required=True, metavar="7y")
        repair = verbs.add_parser("repair", help="show what names a number that was never given out, and take it out")
        repair.add_argument("--yes", action="store_true", help="take it out; as the role that owns the tables")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "export":
            self.export(options["form"], options["since"])
            return
        try:
            crypto.ring(settings.SEAL_KEYS)
        except crypto.BadKeys as bad:
            raise CommandError(f"CAREID_SEAL_KEYS: {bad}.", returncode=2) from bad
        if verb == "verify":
            self.verify(options["last"])
        elif verb == "repair":
            self.repair(yes=options["yes"])
        else:
            self.rotate(options["older_than"])

    def verify(self, noted: tuple[int, str] | None) -> None:
        with database.patiently():
            report = verifying.verify()
        found = [*report.found, *(verifying.cut(*noted) if noted else []), *verifying.stale()]
        for line in found[:SHOWN]:
            self.stdout.write(line)
        if len(found) > SHOWN:
            self.stdout.write(f"And {len(found) - SHOWN} more.")
        looked_at = f"{counted(report.events, 'event')} under {counted(report.seals, 'seal')}"
        self.stdout.write(f"Looked at {looked_at}: {'see above' if found else 'whole'}.")
        if report.last and not found:
            self.stdout.write(f"To note elsewhere: {sealing.number_and_mac(report.last)}")
        if found:
            sys.exit(1)

    def export(self, form: str, since: timedelta | None) -> None:
        with database.patiently():
            rows = exporting.write(self.stdout, form=form, since=timezone.now() - since if since else None)
        record(EventName.COMMAND_RUN, actor=rotating.ACTOR, details={"command": "audit export", "rows": rows})
        self.stderr.write(f"{counted(rows, 'event')} written.", style_func=str)

    def rotate(self, older_than: timedelta) -> None:
        try:
            gone = rotating.rotate(older_than=older_than)
        except Refused as refused:
            if refused.reason == "nothing":
                self.stdout.write("No seal is so old: nothing to rotate.")
                return
            words = "What would go does not verify, and is evidence: see manage.py audit verify. Nothing was changed."
            raise CommandError(words) from refused
        except ProgrammingError as error:
            raise CommandError(NOT_OURS, returncode=2) from error
        self.stdout.write(
            f"{counted(gone.events, 'event')} and {counted(gone.seals, 'seal')} deleted; the rest verifies."
        )

    def repair(self, *, yes: bool) -> None:
        try:
            self.stdout.writelines(repairing.lines())
            gone = repairing.repair() if yes else 0
        except Refused as refused:
            if refused.reason == "nothing":
                self.stderr.write("No number is there that was not given out: nothing to repair.", style_func=str)
                return
            raise CommandError(SET_BACK) from refused
        except ProgrammingError as error:
            raise CommandError(NOT_OURS, returncode=2) from error
        words = f"{counted(gone, 'row')} taken out." if yes else "Nothing was changed: keep these lines, then --yes."
        self.stderr.write(words, style_func=str)


def _number_and_mac(text: str) -> tuple[int, str]:
    number, _, mac = text.partition(":")
    short = len(mac) < verifying.DIGITS_LEAST
    if short or not (number.isascii() and number.isdecimal()) or set(mac.lower()) - set("0123456789abcdef"):
        raise ArgumentTypeError(f"{text!r} is not a seal as the worker's log has it: NUMBER:MAC")
    return int(number), mac
