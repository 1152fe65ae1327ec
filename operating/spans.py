"""How long, as an operator types it: `90m`, `24h`, `7d`, `8w`, `7y`."""

import re
from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Final

_UNITS: Final = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=366),  # never shorter than a year
}
_SPAN: Final = re.compile(r"([1-9][0-9]{0,4})([mhdwy])", re.ASCII)
MOST: Final = timedelta(days=100 * 366)


def span(text: str) -> timedelta:
    """The length that a text says. ArgumentTypeError, for argparse to print, where it says none under 100 years."""
    found = _SPAN.fullmatch(text)
    length = int(found[1]) * _UNITS[found[2]] if found else MOST
    if length >= MOST:
        raise ArgumentTypeError(f"{text!r} is not a length of time such as 90m, 24h, 7d, 8w or 7y")
    return length
