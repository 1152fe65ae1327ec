"""`manage.py grants careid_run --worker careid_work`: parses, calls the rule, prints the summary."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from careid.errors import Refused
from operating import grants

WHY = {
    "missing": "{role}: there is no such role. Run deploy/roles.sql: it makes what is missing. Nothing was changed.",
    "owner": "{role}: this role owns the tables, or may act as who does. Name the one of web and worker, and connect"
    " as the migrating role. Nothing was changed.",
    "excess": "{role}: it {left}. The database's administrator has to take that back. Nothing was changed.",
}
NO_WORKER = "Nobody seals the trail: give the worker a role of its own (docs/deploy.md), and name it with --worker."


class Command(BaseCommand):
    help = (
        "Grant the roles of web and worker what they need, and take back the rest: they add to the trail but can't"
        " change it, and can change no table; the worker's alone adds seals. Run it as the migrating role after each"
        " migrate; the same again changes nothing."
    )
    requires_system_checks = ()  # it needs no key

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("role", metavar="ROLE", help="the web's")
        parser.add_argument("--worker", metavar="ROLE", help="the worker's own: without it, nobody seals the trail")
        parser.add_argument("--sql", action="store_true", help="print the statements and change nothing")

    def handle(self, *args: Any, role: str, worker: str | None, sql: bool, **options: Any) -> None:
        if role == worker:
            raise CommandError(f"{role}: web and worker need a role each. Nothing was changed.", returncode=2)
        roles = {role: False} | ({worker: True} if worker else {})
        if sql:
            found = [line for name, is_worker in roles.items() for line in grants.statements(name, worker=is_worker)]
            self.stdout.write("".join(f"{statement};\n" for statement in found), ending="")
            return
        try:
            with transaction.atomic():
                for name, is_worker in roles.items():
                    grants.give(name, worker=is_worker)
        except Refused as refused:
            raise CommandError(WHY[refused.reason].format(**refused.facts), returncode=2) from refused
        self.stdout.write(f"{role}: reads and writes what the web needs, and can't change the trail.")
        self.stdout.write(f"{worker}: the same, and adds seals." if worker else NO_WORKER)
