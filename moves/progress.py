"""How far a move has come, in figures by organisation, and who will be locked out. Each is one statement."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from moves import stages
from moves.models import Move, Person

COUNTS: Final = ("people", "matched", "invited", "added", "ready", "no", "calls", "locked_out")


@dataclass(frozen=True)
class Figures:
    """Of one organisation's people, or of all of them (`code` is empty then).

    Whom of them a profile was found for; who was invited to apply for one and has none yet; who has added an
    authenticator; who is ready, and who answered no; who waits for a call; who will be locked out, as things stand.
    """

    code: str
    name: str
    people: int
    matched: int
    invited: int
    added: int
    ready: int
    no: int
    calls: int
    locked_out: int

    @property
    def percent_ready(self) -> int:
        """Of those who have not answered no, rounded down; 100 where there is nobody."""
        concerned = self.people - self.no
        return 100 * self.ready // concerned if concerned else 100


def of(move: Move, organisations: Collection[int] | None = None) -> list[Figures]:
    """The figures of each organisation, by its code: of those with these keys, or of all that have somebody in it."""
    conditions = _conditions(move)
    counts: dict[str, Any] = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    rows = people(move, organisations).values_list("organisation__code", "organisation__name")
    return [Figures(*row) for row in rows.annotate(people=Count("pk"), **counts).order_by("organisation__code")]


def total(figures: Iterable[Figures]) -> Figures:
    """All of these together."""
    rows = list(figures)
    return Figures("", "", *(sum(getattr(row, name) for row in rows) for name in COUNTS))


def people(move: Move, organisations: Collection[int] | None = None) -> "QuerySet[Person]":
    """Who is in it: of the organisations with these keys, or of all."""
    rows = Person.objects.filter(move=move)
    return rows if organisations is None else rows.filter(organisation__in=organisations)


def ready() -> Q:
    """Who is ready now, of those who have to be: whoever answered no counts as that alone."""
    return stages.ready(timezone.now()) & ~stages.SAYS_NO


def _conditions(move: Move) -> dict[str, Q]:
    return {
        "matched": stages.ON_FILE,
        "invited": stages.INVITED,
        "added": stages.added(),
        "ready": ready(),
        "no": stages.SAYS_NO,
        "calls": Q(call=Person.Call.WANTED),
        "locked_out": stages.locked_out(move),
    }
