"""`manage.py unlock USER_ID … --reason mistake --by jo.smith`: lifts locks as the desk does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from profiles import chosen, locks, notes, reasons


class Command(BaseCommand):
    help = "Lift the locks on these people's own details. Whoever was locked gets a mail."

    def add_arguments(self, parser: CommandParser) -> None:
        chosen.arguments(parser, reasons=reasons.UNLOCK)

    def handle(self, *args: Any, **options: Any) -> None:
        by, note = chosen.actor("unlock", options), notes.checked(options["note"])
        dry = options["dry_run"]
        for profile in chosen.profiles(options):
            locked = ", ".join(lock.words for lock in locks.of(profile))
            if not dry:
                locks.lift(profile=profile, by=by, reason=options["reason"], note=note)
            self.stdout.write(f"{profile.user_id} {locked or 'was not locked'}")
        self.stdout.write("Dry run, nothing was changed" if dry else "Done")
