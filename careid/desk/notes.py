"""The line that an admin adds to a reason. It stays in the trail for years, so nothing that identifies goes in."""

import re
from typing import Final

from django.core.management.base import CommandError

from careid import people

MOST: Final = 200  # characters
_NOT_HERE: Final = {
    "an email address": re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    "a National Insurance number": re.compile(r"(?i)(?<![a-z])[a-z]{2}[\s.-]*(?:[0-9][\s.-]*){6}[a-d]?(?![a-z0-9])"),
    "a code or a long number": re.compile(r"[0-9](?:[\s.-]?[0-9]){5,}"),
}


def note(text: str) -> str:
    """The note as it is kept. ValueError, with words that are safe to show, where it can't be."""
    line = people.one_line(text).replace("\0", "")
    if len(line) > MOST:
        raise ValueError(f"Keep the note to {MOST} characters")
    for what, pattern in _NOT_HERE.items():
        if pattern.search(line):
            raise ValueError(f"Leave {what} out of the note: it is kept for years")
    return line


def checked(text: str) -> str:
    """A command's note. CommandError, exit code 2, where it can't be kept."""
    try:
        return note(text)
    except ValueError as error:
        raise CommandError(f"--note: {error}. Nothing was changed.", returncode=2) from error
