"""Let somebody in at the desk, or in again after a lost factor."""

import sys
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandParser

from careid.errors import Refused
from careid.people.models import Organisation
from careid.people.typed import email_address
from careid.trail import actors
from desk import organisation_codes
from desk.door import invitations
from desk.roles import ROLES

NAME_MOST: Final = 150  # characters of an account's name
ACTOR: Final = actors.command("invite_admin")
WORDS: Final = {
    "deactivated": "that account is switched off; a superuser switches it on in the admin first.",
    "nothing": "say what the account is for: --group NAME (as often as needed), or --superuser for an operator.",
}


class Command(BaseCommand):
    help = (
        "Make a link, good once and for 24 hours, to set a password and the first factor of an admin. An account that "
        "is there already loses its password, factors and sessions, and keeps its groups."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="whose link it is: the name to sign in with")
        roles = ", ".join(ROLES)
        words = f"a role, such as {roles}; may be said several times"
        parser.add_argument("--group", action="append", default=[], metavar="NAME", help=words)
        parser.add_argument(
            "--organisation",
            action="append",
            default=[],
            metavar="ODS",
            help="whose people it sees; may be said several times",
        )
        parser.add_argument("--superuser", action="store_true", help="for operators: may do everything")
        parser.add_argument("--mail", action="store_true", help="send the link to that address instead of printing it")

    def handle(self, *args: Any, email: str, group: list[str], **options: Any) -> None:
        email = _address(email)
        groups, organisations = _groups(group), _organisations(options["organisation"])
        try:
            token = invitations.invite(
                email=email,
                groups=groups,
                organisations=organisations,
                superuser=options["superuser"],
                actor=ACTOR,
                by_mail=options["mail"],
            )
        except Refused as refused:
            _refuse(f"{email}: {WORDS[refused.reason]}")
        for words in _sees_nothing(email):
            self.stderr.write(f"Warning: {words}", style_func=str)
        if options["mail"]:
            self.stdout.write(f"A link goes to {email}. It works once, within 24 hours.")
        else:
            self.stdout.write(f"Give this link to {email} alone. It works once, within 24 hours:")
            self.stdout.write(invitations.address(token))


def _sees_nothing(email: str) -> Iterator[str]:
    """What the account has not got, and would look in vain for."""
    user = invitations.account(email)
    if user is None or user.is_superuser:
        return
    if not user.groups.exists():
        yield f"{email} has no role and may do nothing. Say --group NAME: {', '.join(ROLES)}."
    if user.has_perm("moves.change_move"):
        yield f"{email} leads moves of the services alone that name this account at the desk, on the service's page."
    elif not user.organisations.exists():
        yield f"{email} looks after no organisation and sees nobody. Say --organisation ODS."


def _address(text: str) -> str:
    """The address as it is kept and signed in with."""
    try:
        address = email_address(text)
    except ValueError:
        address = ""
    if not 0 < len(address) <= NAME_MOST:
        _refuse(f"{ascii(text)[1:-1][:NAME_MOST]}: is not an email address of at most {NAME_MOST} characters.")
    return address


def _groups(names: list[str]) -> list[Group]:
    found = {one.name: one for one in Group.objects.filter(name__in=names)}
    if missing := [name for name in names if name not in found]:
        known = ", ".join(Group.objects.order_by("name").values_list("name", flat=True)) or "none yet"
        _refuse(f"--group {missing[0]}: there is no such group. There are: {known}.")
    return list(found.values())


def _organisations(codes: list[str]) -> list[Organisation]:
    try:
        return organisation_codes.named(codes)
    except ValueError as error:
        _refuse(f"--organisation {error}: no organisation has that code. Import its people, or add it in the admin.")


def _refuse(words: str) -> NoReturn:
    sys.stderr.write(f"{words}\n")
    sys.exit(2)
