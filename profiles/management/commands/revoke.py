"""`manage.py revoke USER_ID … --reason leaver --by jo.smith`: ends authenticators as the desk does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.registry import KINDS
from profiles import chosen, notes, reasons


class Command(BaseCommand):
    help = "Revoke all authenticators of these people, or those of one kind. Each person gets a mail for each."

    def add_arguments(self, parser: CommandParser) -> None:
        chosen.arguments(parser, reasons=reasons.REVOKE)
        parser.add_argument("--kind", choices=list(KINDS), help="of this kind alone")

    def handle(self, *args: Any, **options: Any) -> None:
        by, note = chosen.actor("revoke", options), notes.checked(options["note"])
        dry = options["dry_run"]
        done = 0
        for profile in chosen.profiles(options):
            live = Authenticator.objects.live().select_related("profile__organisation").filter(profile=profile)
            live = live.order_by("added_at")
            for one in live.filter(kind=options["kind"]) if options["kind"] else live:
                if dry or actions.revoke(authenticator=one, by=by, reason=options["reason"], note=note):
                    self.stdout.write(f"{profile.user_id} {one.kind} {one.pk}")
                    done += 1
        self.stdout.write(f"{'Dry run, nothing was changed: ' if dry else ''}{done} revoked")
