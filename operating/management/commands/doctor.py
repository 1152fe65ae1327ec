"""`manage.py doctor`: looks, and says what it found."""

import json
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.management.base import BaseCommand

from careid.finding import Finding
from operating import doctor

INDENT: Final = 13
MARKS: Final = {True: "ok", False: "look at this", None: "not known"}


class Command(BaseCommand):
    help = "Is it fit to run? A line each; exit code 1 where there is something to look at. Nothing is changed or sent."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="for a machine to read")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        found = []
        with _quietly():
            for finding in doctor.findings():
                found.append(finding)
                if not as_json:
                    self.stdout.write(_line(finding))
        well = all(finding.state for finding in found)
        if as_json:
            self.stdout.write(json.dumps({"ok": well, "findings": [_plain(finding) for finding in found]}))
        else:
            self.stdout.write(_summed(found))
        if not well:
            sys.exit(1)


@contextmanager
def _quietly() -> Iterator[None]:
    """No line of the log among the findings: what a library says of a database that is away, a finding says."""
    logging.disable()
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _line(finding: Finding) -> str:
    """The finding on a line; one that names several things has a line for each."""
    way_out = f" → {finding.do}" if finding.do else ""
    words = f"\n{'':<{INDENT}}".join(["", *finding.words.split("\n")]) if "\n" in finding.words else finding.words
    return f"{MARKS[finding.state]:<{INDENT}}{finding.what}: {words}{way_out}"


def _summed(found: list[Finding]) -> str:
    bad, unknown = (sum(finding.state is state for finding in found) for state in (False, None))
    more = f", {unknown} not known" if unknown else ""
    return f"{bad} to look at{more}" if bad else f"Nothing to look at{more}"


def _plain(finding: Finding) -> dict[str, str]:
    return {"what": finding.what, "state": MARKS[finding.state], "words": finding.words, "do": finding.do}
