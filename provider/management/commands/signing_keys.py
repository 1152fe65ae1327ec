"""`manage.py signing_keys list`, and `new NAME`: the keys that sign what services are told, and their rotation."""

import os
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from careid.errors import counted
from careid.pages import times
from provider import findings, signing

SETTING: Final = "CAREID_SIGNING_KEYS"
AHEAD: Final = timedelta(days=1)  # that services read a new key before it signs
BITS: Final = 2_048  # NIST SP 800-57 part 1: enough to 2030, and a key is replaced each year


class Command(BaseCommand):
    help = "List the keys that sign what services are told, or make a new one and say on which days to change over."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs: Any = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        verbs.add_parser("list", help="each key of the setting, and what it is for")
        new = verbs.add_parser("new", help="write a new key to NAME.pem, and say what to set, and when")
        new.add_argument("name", metavar="NAME", help="1 to 40 letters, digits, dots and hyphens, such as 2027-01")
        new.add_argument("--folder", type=Path, help="where to write it; beside the first key, if not given")
        new.add_argument("--ec", action="store_true", help="on P-256, for services that are registered with ES256")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            ring = signing.ring()
        except signing.BadKeys as bad:
            raise CommandError(f"{SETTING}: {bad}.", returncode=2) from bad
        if verb == "list":
            self.list(ring)
        else:
            self.new(ring, options["name"], options["folder"], is_ec=options["ec"])

    def list(self, ring: tuple[signing.SigningKey, ...]) -> None:
        for one in ring:
            made = times.day(datetime.fromtimestamp(Path(one.path).stat().st_mtime, UTC))
            use = f"{one.kty}, {one.bits} bits, written on {made}, {findings.use(one)}"
            self.stdout.write(f"{one.name:<20} {one.kid}  {use}")
        if not ring:
            self.stdout.write(f"{SETTING} is not set: no service signs people in here.")

    def new(self, ring: tuple[signing.SigningKey, ...], name: str, folder: Path | None, *, is_ec: bool) -> None:
        path = str((folder or (Path(ring[0].path).parent if ring else Path())).absolute() / f"{name}.pem")
        if not signing.NAME.fullmatch(name) or "," in path:
            raise CommandError("A name is 1 to 40 letters, digits, dots and hyphens, and no folder has a comma.")
        if any(name == one.name for one in ring):
            raise CommandError(f"There is a key {name} already. Nothing was written.")
        if is_ec and not ring:
            raise CommandError("Make an RSA key first: most services need one. Nothing was written.")
        _write(path, is_ec=is_ec)
        one, others = f"{name}:{path}", [f"{other.name}:{other.path}" for other in ring]
        before = [f"{other.name}:{other.path}" for other in ring if (other.kty == "EC") == is_ec]
        self.stdout.write(f"{path} is written; its owner alone may read it. Web and worker need it, both.")
        if not before:
            self.stdout.write(f"Set {_ring([*others, one])} and restart both: it signs at once.")
            return
        first, then = timezone.now() + AHEAD, settings.SESSION_LIFE + settings.ACCESS_TOKEN_LIFE
        left = [other for other in others if other not in before]
        self.stdout.write(
            f"1. Now: set {_ring([*others, one])} and restart both. Services read it from then on.\n"
            f"2. Not before {times.moment(first)}: set {_ring([one, *others])} and restart both. It signs.\n"
            f"3. Not before {times.moment(first + then)}, and {_hours(then)} after step 2: set {_ring([one, *left])},"
            " restart both, and delete the file of the old key."
        )


def _write(path: str, *, is_ec: bool) -> None:
    """A new private key in a new file that its owner alone may read. CommandError where that can't be."""
    key = ec.generate_private_key(ec.SECP256R1()) if is_ec else rsa.generate_private_key(65_537, BITS)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    except FileExistsError as error:
        raise CommandError(f"{path} is there already. Nothing was written.") from error
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} can't be written.") from error


def _ring(keys: list[str]) -> str:
    return f"{SETTING}={','.join(keys)}"


def _hours(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"{counted(hours, 'hour')} and {counted(minutes, 'minute')}"
