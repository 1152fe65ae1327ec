"""Refresh the names that passkeys are shown by."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from authenticators.passkey import names

WHERE = (
    "Give CAREID_PASSKEY_NAMES a path that can be written here and that web and worker can read. Nothing was changed."
)


class Command(BaseCommand):
    help = (
        "Take the names of passkey providers from FIDO's published metadata file (the BLOB, or its payload as JSON) "
        "into the file of CAREID_PASSKEY_NAMES, which web and worker read at once."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="FIDO's metadata file")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        text = _read(file)
        try:
            count, left_out = names.refresh(text)
        except ValueError as error:
            words = f"{file} is {error}. Get it from the FIDO Alliance and try again."
            raise CommandError(words, returncode=2) from error
        except OSError as error:
            raise CommandError(f"The names can't be kept: {error.strerror}. {WHERE}", returncode=2) from error
        more = f"; {left_out} entries of the file have none that can be read, and were left out" if left_out else ""
        self.stdout.write(f"{count} names of passkey providers{more}.")


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CommandError(f"{file} can't be read: {why}.", returncode=2) from error
