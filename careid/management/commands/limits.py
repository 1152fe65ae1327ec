"""Lift what limits hold back."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from careid import audit, locks
from careid.audit import EventName
from careid.models import LimitCount, Profile

ACTOR = "command:limits"
REASONS = ("asked_by_registration_authority", "mistake", "attack_over")


class Command(BaseCommand):
    help = "Lift the locks on one person's details, or forget every count."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs: Any = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        unlock = verbs.add_parser("unlock", help="lift the locks on one person's own details")
        unlock.add_argument("user_id", help="12 digits")
        unlock.add_argument("--reason", required=True, choices=REASONS, help="kept in the trail")
        clear = verbs.add_parser("clear", help="forget every count of every limit")
        clear.add_argument("--yes", action="store_true", help="needed in production: it also helps whoever is guessing")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        refusal = (
            self.unlock(options["user_id"], options["reason"]) if verb == "unlock" else self.clear(yes=options["yes"])
        )
        if refusal:
            self.stderr.write(refusal)
            sys.exit(2)

    def unlock(self, user_id: str, reason: str) -> str:
        profile = Profile.objects.select_related("organisation").filter(user_id=user_id).first()
        if profile is None:
            return f"{user_id}: no profile has that user id."
        counts = locks.lift(profile=profile, by=ACTOR, reason=reason)
        self.stdout.write(f"{user_id}: {counts} counts forgotten.")
        return ""

    def clear(self, *, yes: bool) -> str:
        if not (settings.DEMO or settings.DEBUG or yes):
            return (
                "limits clear: this is production; say --yes to forget every count, those of whoever is guessing too."
            )
        with transaction.atomic():
            counts, _ = LimitCount.objects.all().delete()
            audit.record(EventName.COMMAND_RUN, actor=ACTOR, details={"command": "limits clear", "rows": counts})
        self.stdout.write(f"{counts} counts forgotten.")
        return ""
