"""`manage.py unlock USER_ID … --reason mistake --by jo.smith`: lifts locks as the desk does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from careid.errors import counted
from profiles import chosen, locks, notes, reasons


class Command(BaseCommand):
    help = "Lift the locks on these people's own details and on their signing in. Whoever was locked gets a mail."

    def add_arguments(self, parser: CommandParser) -> None:
        chosen.arguments(parser, reasons=reasons.UNLOCK)

    def handle(self, *args: Any, **options: Any) -> None:
        by, note = chosen.actor("unlock", options), notes.checked(options["note"])
        dry, lifted = options["dry_run"], 0
        for profile in chosen.profiles(options):
            locked = ", ".join(lock.words for lock in locks.of(profile))
            lifted += bool(locked)
            if not dry:
                locks.lift(profile=profile, by=by, reason=options["reason"], note=note)
            self.stdout.write(f"{profile.user_id} {locked or 'was not locked'}")
        told = f"{counted(lifted, 'person')} unlocked" if lifted else "Nobody was locked"
        self.stdout.write(f"{'Dry run, nothing was changed: ' if dry else ''}{told}")
