"""Which ways of signing in answer `acr_values`, and what is told of the one used (OpenID Connect Core 3.1.2.1).

The values are those of CIS2: `AAL2_ANY`, `AAL2_OR_AAL3_ANY` and `AAL3_ANY` name a level, others a level and one way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

LEVELS: Final = {"AAL2_ANY": 2, "AAL2_OR_AAL3_ANY": 2, "AAL3_ANY": 3}  # each with the lowest that will do


@dataclass(frozen=True)
class Way:
    """A kind that people sign in with here."""

    kind: str
    acr: str  # the value that asks for it by name
    level: int


class Proof(Protocol):
    """What somebody signed in with."""

    @property
    def acr(self) -> str: ...
    @property
    def level(self) -> int: ...


@dataclass(frozen=True)
class Met:
    """What a sign-in must be: of these kinds (none: whichever) and at least of this level."""

    kinds: tuple[str, ...]
    level: int
    specific: str = ""  # the value that names one way, where that is what was asked for

    def is_met_by(self, *, kind: str, level: int) -> bool:
        """Whether a sign-in of this kind and level is enough."""
        return level >= self.level and (not self.kinds or kind in self.kinds)


def meet(acr_values: Sequence[str], default: str, ways: Sequence[Way]) -> Met | None:
    """The first of these values, else of the client's `default`, that some way meets; None where none does."""
    found = (_meet(value, ways) for value in acr_values or default.split())
    return next((met for met in found if met), None)


def _meet(value: str, ways: Iterable[Way]) -> Met | None:
    if level := LEVELS.get(value):
        return Met((), level) if any(way.level >= level for way in ways) else None
    named = [way for way in ways if way.acr == value]
    return Met(tuple(way.kind for way in named), named[0].level, value) if named else None


def reached(met: Met, proof: Proof) -> str:
    """The `acr` to tell: the way that was asked for by name, else the level that was reached, never what was asked."""
    return met.specific if met.specific == proof.acr else f"AAL{proof.level}_ANY"


def supported(ways: Sequence[Way]) -> list[str]:
    """`acr_values_supported` of discovery: what these ways meet."""
    return [value for value in (*LEVELS, *(way.acr for way in ways)) if _meet(value, ways)]
