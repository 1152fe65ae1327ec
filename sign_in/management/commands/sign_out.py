"""`manage.py sign_out USER_ID … --reason leaver --by jo.smith`: signs people out everywhere, as the desk does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from careid.errors import counted
from profiles import chosen, notes, reasons
from sign_in import ending, sessions


class Command(BaseCommand):
    help = "Sign these people out everywhere. Who was signed in gets a mail, and can sign in again."

    def add_arguments(self, parser: CommandParser) -> None:
        chosen.arguments(parser, reasons=reasons.SIGN_OUT)

    def handle(self, *args: Any, **options: Any) -> None:
        by, note = chosen.actor("sign_out", options), notes.checked(options["note"])
        dry, done = options["dry_run"], 0
        for profile in chosen.profiles(options):
            if dry:
                ended = sessions.standing(profile).count()
            else:
                ended = ending.everywhere(profile=profile, by=by, reason=options["reason"], note=note)
            self.stdout.write(f"{profile.user_id} {counted(ended, 'place') if ended else 'was not signed in'}")
            done += bool(ended)
        told = f"{counted(done, 'person', 'people')} signed out" if done else "Nobody was signed in"
        self.stdout.write(f"{'Dry run, nothing was changed: ' if dry else ''}{told}")
