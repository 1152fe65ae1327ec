"""`manage.py grants careid_run`: parses, calls the rule, prints the summary."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from careid.errors import Refused
from operating import grants

WHY = {
    "missing": "{role}: there is no such role. Make it: CREATE ROLE {role} LOGIN. Nothing was changed.",
    "owner": "{role}: this role owns the tables, or may act as who does. Name the one of web and worker, and connect"
    " as the migrating role. Nothing was changed.",
    "excess": "{role}: it {left}. The database's administrator has to take that back. Nothing was changed.",
}


class Command(BaseCommand):
    help = (
        "Grant the role of web and worker what it needs, and take back the rest: it can add to the trail but not change"
        " it, and can change no table. Run it as the migrating role after each migrate; the same again changes nothing."
    )
    requires_system_checks = ()  # it needs no key

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("role", metavar="ROLE")
        parser.add_argument("--sql", action="store_true", help="print the statements and change nothing")

    def handle(self, *args: Any, role: str, sql: bool, **options: Any) -> None:
        if sql:
            self.stdout.write("".join(f"{statement};\n" for statement in grants.statements(role)), ending="")
            return
        try:
            grants.give(role)
        except Refused as refused:
            raise CommandError(WHY[refused.reason].format(role=role, **refused.facts), returncode=2) from refused
        self.stdout.write(f"{role}: reads and writes what web and worker need, and can't change the trail.")
