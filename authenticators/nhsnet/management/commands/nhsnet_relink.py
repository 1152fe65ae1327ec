"""`manage.py nhsnet_relink OLD NEW`: parses, calls the rule, prints the summary."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from authenticators.nhsnet import relinking
from careid.people.spreadsheets import BadFile


class Command(BaseCommand):
    help = (
        "Move linked NHS.net Connect accounts to another tenant. Object ids differ from tenant to tenant: FILE.csv "
        f"names {' and '.join(relinking.COLUMNS)}. Without it the ids stay as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("old_tenant", type=_tenant, metavar="OLD")
        parser.add_argument("new_tenant", type=_tenant, metavar="NEW")
        parser.add_argument("--accounts", type=Path, metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="do everything, then take it back")

    def handle(
        self, *args: Any, old_tenant: str, new_tenant: str, accounts: Path | None, dry_run: bool, **options: Any
    ) -> None:
        try:
            ids = relinking.read(accounts) if accounts else None
        except BadFile as error:
            raise CommandError(str(error), returncode=2) from error
        if old_tenant == new_tenant:
            raise CommandError("OLD and NEW are the same tenant.", returncode=2)
        done = relinking.relink(old_tenant=old_tenant, new_tenant=new_tenant, accounts=ids, dry_run=dry_run)
        self.stdout.write(
            f"{'Dry run, nothing was changed: ' if dry_run else ''}{done.moved} moved, {done.not_in_file} left because "
            f"the file does not name them, {done.taken} left because the new account is linked already"
        )
        if new_tenant != settings.NHSNET_TENANT_ID.lower():
            self.stdout.write("NHSNET_TENANT_ID is another tenant: none of these can sign in until it is NEW.")


def _tenant(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a tenant's id") from None
