"""Counting against limits: a count is a limit and its subject (an address, a pair of details, an account).

A window starts with a subject's first count and lasts as long as the limit says. Counts are committed before the
request's own work, so that no rollback undoes one. Success takes back its own count, and clears no other but the wrong
codes in a row.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from math import ceil
from operator import or_
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from careid.limits import carrying
from careid.limits.limits import ALL, DAY, FOR_EVER, Limit, modes
from careid.limits.models import LimitCount
from careid.limits.statement import NOT_USED_UP, Counted, Key, Row, add_counts, counting_rows, standing, subtract
from careid.trail.names import EventName
from careid.trail.record import record

if TYPE_CHECKING:
    from django.db.models import QuerySet

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
Count = tuple[Limit, str]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Verdict:
    """Which limits are over, each with its end, and which of them were not before this very count."""

    ends: dict[Limit, datetime] = field(default_factory=dict)
    just_reached: tuple[Limit, ...] = ()

    @property
    def over(self) -> tuple[Limit, ...]:
        return tuple(self.ends)

    @property
    def until(self) -> datetime | None:
        """When the last one that shows itself ends; None where none of them shows itself."""
        return max((until for limit, until in self.ends.items() if limit.shows), default=None)

    @property
    def locked(self) -> bool:
        return self.until is not None

    @property
    def silent_until(self) -> datetime | None:
        """When the last silent one ends; None where no silent one is over."""
        return max((until for limit, until in self.ends.items() if limit.silent), default=None)

    @property
    def silenced(self) -> bool:
        return self.silent_until is not None

    @property
    def by_hand(self) -> bool:
        """Whether one of them ends only when the Registration Authority lifts it."""
        return any(limit.window == FOR_EVER for limit in self.ends)

    @property
    def seconds(self) -> int:
        """For Retry-After: at least 1, at most a day."""
        left = (self.until - timezone.now()).total_seconds() if self.until else 0
        return min(max(1, ceil(left)), int(DAY.total_seconds()))


class Locked(Exception):
    """A step is locked; the journey's guard answers with the page that says until when."""

    def __init__(self, verdict: Verdict, *, reference: str = "") -> None:
        super().__init__("locked")
        self.verdict = verdict
        self.reference = reference


def hit(*counts: Count, then: tuple[Count, ...] = (), room: int = 1, reference: str = "") -> Verdict:
    """Count once for each and tell which limits are over: one statement, committed at once.

    The counts of `then` are made only where no limit of the others is over and shows itself.
    `room` multiplies the limits whose subject is an address. Raises RuntimeError inside a transaction, where a
    rollback would undo the count.
    """
    mode = modes(settings.LIMITS)
    counted, later = ([(one, of) for one, of in group if mode[one.name] != "off"] for group in (counts, then))
    if not counted + later:
        return Verdict()
    stops = {limit.name: limit.most_with(room) for limit, _ in counted if limit.shows and _enforced(limit)}
    with transaction.atomic(durable=True):  # no trip to Postgres where there is nothing to move
        carrying.to_newest((*counted, *later))
    return _verdict(add_counts(_rows(counted), _rows(later), stops), room, reference)  # which commits by itself


def hit_beside(count: Count, ask: Callable[[str, list[Any]], tuple[Counted, Found]], *, room: int) -> Found:
    """Count once in somebody else's statement. Returns what else that found, or raises Locked.

    `ask` is given a statement that counts, and its values. It returns the row of that, and whatever else it found.
    """
    limit, _ = count
    statement, values = "VALUES (%s, 0, now())", [limit.name]
    if modes(settings.LIMITS)[limit.name] != "off":
        with transaction.atomic(durable=True):
            carrying.to_newest([count])
        statement, values = counting_rows(_rows([count]), timezone.now())
    counted, found = ask(statement, values)
    verdict = _verdict([counted], room)
    if verdict.locked:
        raise Locked(verdict)
    return found


def _verdict(counts: Iterable[Counted], room: int, reference: str = "") -> Verdict:
    ends: dict[Limit, datetime] = {}
    just_reached = []
    for name, count, until in counts:
        limit = ALL[name]
        most = limit.most_with(room)
        if count == most + 1:
            just_reached.append(limit)
            _note_reached(limit, most, modes(settings.LIMITS)[name], reference)
        if count > most and _enforced(limit):
            ends[limit] = until
    return Verdict(ends, tuple(just_reached))


def hit_or_lock(*counts: Count, then: tuple[Count, ...] = (), room: int = 1, reference: str = "") -> Verdict:
    """Count as `hit` does. Raises Locked where a limit that shows itself is over."""
    verdict = hit(*counts, then=then, room=room, reference=reference)
    if verdict.locked:
        raise Locked(verdict, reference=reference)
    return verdict


def look(*counts: Count, room: int = 1, more: int = 0) -> Verdict:
    """Which limits are over, or would be with so many `more`; those that end first stand first. Nothing is counted."""
    keys = [(limit.name, form) for limit, subject in counts for form in carrying.names(limit, subject)]
    found = [(ALL[name], count, until) for name, count, until in standing(keys)]
    over = [(limit, until) for limit, count, until in found if count + more > limit.most_with(room)]
    return Verdict({limit: until for limit, until in over if _enforced(limit)})


def has_room(count: Count, *, room: int = 1) -> tuple[str, list[Any]]:
    """A condition for somebody else's statement, and its values: true while one more would not be over the limit."""
    limit, _ = count
    if not _enforced(limit):
        return "true", []
    return NOT_USED_UP, [*_key(count), timezone.now(), limit.most_with(room)]


def take_back(*counts: Count, forgetting: tuple[Count, ...] = ()) -> None:
    """Take one off each, which was counted before it was known to be right; forget those of `forgetting` whole.

    One statement, and none where neither names a count.
    """
    gone = [(limit.name, form) for limit, subject in forgetting for form in carrying.names(limit, subject)]
    if counts or gone:
        subtract([_key(count) for count in counts], gone)


def forget(*counts: Count) -> int:
    """Delete each, so that its window begins anew. Returns how many were there."""
    return _of(counts).delete()[0]


def _enforced(limit: Limit) -> bool:
    return modes(settings.LIMITS)[limit.name] == "enforce" and not limit.alarm


def _note_reached(limit: Limit, most: int, mode: str, reference: str) -> None:
    if limit.alarm:
        log.error("many at once", limit=limit.name, most=most)
    details = {"limit": limit.name, "mode": mode}
    record(EventName.LIMIT_REACHED, outcome="refused", reference=reference, details=details)


def _rows(counts: list[Count]) -> list[Row]:
    now = timezone.now()
    return [(*_key(count), now + count[0].window) for count in counts]


def _key(count: Count) -> Key:
    limit, subject = count
    return limit.name, carrying.names(limit, subject)[0]


def _of(counts: Iterable[Count]) -> "QuerySet[LimitCount]":
    wanted = [Q(limit=one.name, subject__in=carrying.names(one, subject)) for one, subject in counts]
    return LimitCount.objects.filter(reduce(or_, wanted)) if wanted else LimitCount.objects.none()
