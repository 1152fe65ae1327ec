"""A rule said no."""

from enum import StrEnum
from typing import Self


class Reason(StrEnum):
    """Of a closed list: the word that the trail keeps, and the words that the desk has for it."""

    words: str

    def __new__(cls, reason: str, words: str) -> Self:
        one = str.__new__(cls, reason)
        one._value_, one.words = reason, words
        return one


class Refused(Exception):
    """Raised by a rule after its transaction, with a reason from that rule's closed list.

    The reason chooses the words, which stand in templates and forms; `facts` are what they are filled with.
    """

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


def counted(number: int, unit: str, units: str = "") -> str:
    """`1 minute`, `3 minutes`; `2 tries`, where the plural takes more than an s."""
    return f"{number} {unit if number == 1 else units or unit + 's'}"
