"""`manage.py doctor`: looks, and says what it found."""

import json
import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand

from careid.finding import Finding
from operating import doctor

MARKS: Final = {True: "ok", False: "look at this", None: "not known"}


class Command(BaseCommand):
    help = "Is it fit to run? A line each; exit code 1 where there is something to look at. Nothing is changed or sent."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="for a machine to read")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        found = []
        for finding in doctor.findings():
            found.append(finding)
            if not as_json:
                self.stdout.write(_line(finding))
        well = all(finding.state for finding in found)
        if as_json:
            self.stdout.write(json.dumps({"ok": well, "findings": [_plain(finding) for finding in found]}))
        if not well:
            sys.exit(1)


def _line(finding: Finding) -> str:
    way_out = f" → {finding.do}" if finding.do else ""
    return f"{MARKS[finding.state]:<13}{finding.what}: {finding.words}{way_out}"


def _plain(finding: Finding) -> dict[str, str]:
    return {"what": finding.what, "state": MARKS[finding.state], "words": finding.words, "do": finding.do}
