"""Refresh the names that passkeys are shown by."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from authenticators.passkey import names


class Command(BaseCommand):
    help = "Take the names of passkey providers from FIDO's published metadata file (the BLOB, or its payload as JSON)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="FIDO's metadata file")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            count = names.refresh(file.read_text())
        except (OSError, ValueError) as error:
            self.stderr.write(f"{file}: {error}. Get the metadata file from the FIDO Alliance and try again.")
            sys.exit(2)
        self.stdout.write(f"{count} names of passkey providers.")
