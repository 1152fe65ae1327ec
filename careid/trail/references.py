"""The reference of an attempt: six letters that a person reads out and an RA types."""

import secrets
from typing import Final

LETTERS: Final = "234679CDFGHJKMNPQRTVWXY"  # no vowels, no look-alikes: a reference is read out over the phone


def six_letters() -> str:
    """Six letters at random, as they are compared."""
    return "".join(secrets.choice(LETTERS) for _ in range(6))


def written(letters: str) -> str:
    """Six letters as they are kept, shown and read out: `7K4-Q2M`."""
    return f"{letters[:3]}-{letters[3:]}"


def new_reference() -> str:
    return written(six_letters())
