"""`manage.py nhsnet_check`: asks, and prints what it found."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from authenticators.nhsnet import inspection

MARKS = {True: "ok", False: "WRONG", None: "?"}


class Command(BaseCommand):
    help = "Try the sign-in with NHS.net Connect: discovery, keys, redirect address, secret or certificate, clock."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = False
        for finding in inspection.findings():
            wrong |= finding.state is False
            self.stdout.write(f"{MARKS[finding.state]:<6} {finding.what}: {finding.words}")
        if wrong:
            sys.exit(1)
