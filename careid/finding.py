"""What a check of the doctor is, and what it finds: kinds bring checks of their own."""

from collections.abc import Callable
from dataclasses import dataclass


class Amiss(Exception):
    """Something to look at, in words for whoever is called at night; `do` is the way out."""

    def __init__(self, words: str, *, do: str) -> None:
        super().__init__(words)
        self.words = words
        self.do = do


class Away(Amiss):
    """Amiss because what was asked is away: what rests on it can't be told either."""


@dataclass(frozen=True)
class Check:
    """`look` returns what is well in words, or raises Amiss; it is given so many seconds."""

    what: str
    look: Callable[[], str]
    seconds: float = 10


@dataclass(frozen=True)
class Finding:
    """`state` is True where all is well, False where there is something to look at, None where it can't be told."""

    what: str
    words: str
    state: bool | None = True
    do: str = ""
    away: bool = False  # what rests on it can't be told
