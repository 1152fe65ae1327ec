"""The line that an admin adds to a reason. It stays in the trail for years, so nothing that identifies goes in."""

import re
import unicodedata
from typing import Final

from django.core.management.base import CommandError

from careid.people import typed

MOST: Final = 200  # characters
_BETWEEN: Final = r"[\W_]{0,3}"  # spaces, dashes, dots and whatever else stands between the parts of a number
_NOT_HERE: Final = {
    "an email address": re.compile(r"[^\s@]\s?@\s?[^\s@]+\.[^\s@]"),
    "a National Insurance number": re.compile(
        rf"(?i)(?<![a-z])[a-z]{{2}}{_BETWEEN}(?:\d{_BETWEEN}){{6}}[a-d]?(?![a-z\d])"
    ),
    "a code or a long number": re.compile(rf"\d(?:{_BETWEEN}\d){{5,}}"),
}


def note(text: str) -> str:
    """The note as it is kept. ValueError, with words that are safe to show, where it can't be."""
    line = typed.composed(text)
    if len(line) > MOST:
        raise ValueError(f"Keep the note to {MOST} characters")
    if not typed.is_text(line):
        raise ValueError("Use letters, numbers and signs that can be seen")
    for what, pattern in _NOT_HERE.items():
        if pattern.search(unicodedata.normalize("NFKC", line)):
            raise ValueError(f"Leave {what} out of the note: it is kept for years")
    return line


def checked(text: str) -> str:
    """A command's note. CommandError, exit code 2, where it can't be kept."""
    try:
        return note(text)
    except ValueError as error:
        raise CommandError(f"--note: {error}. Nothing was changed.", returncode=2) from error
