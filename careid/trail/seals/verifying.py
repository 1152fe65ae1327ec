"""Verifying: every event against its seal, every seal against the one before it."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils import timezone

from careid.trail.models import Event, Seal
from careid.trail.seals import canonical, jumps
from careid.trail.seals.canonical import Row
from careid.trail.seals.sealing import STALE, newest_seal, unsealed_since

APART: Final = 2 * 3600 * 1_000_000  # microseconds: two hours that clocks may be apart and a transaction may take
DIGITS_LEAST: Final = 16  # of a noted MAC, hexadecimal
SEALS: Final = 2_000  # a statement


@dataclass
class Report:
    """What was looked at, and what was found, in words; nothing found is a whole trail."""

    events: int = 0
    seals: int = 0
    last: Seal | None = None
    newest: int = 0  # the latest time that an event so far says, in microseconds since 1970
    found: list[str] = field(default_factory=list)


def verify(*, until: Seal | None = None) -> Report:
    """Walk the trail up to a seal, or to its end. What happens meanwhile comes after the end."""
    report = Report(last=until or newest_seal())
    before = _start(report)
    if report.last:
        rows = canonical.events(after=before.last if before else None, until=report.last.last)
        for seal, own in _batches(rows, _seals(before, report.last)):
            report.found += _troubles(seal, before, own) or _made_up(seal, own, report)
            report.events += len(own)
            report.seals += 1
            before = seal
    report.found += jumps.found()
    return report


def stale() -> list[str]:
    """In words, that events wait for a seal longer than they should; nothing where none do."""
    since = unsealed_since()
    if since is None or timezone.now() - since < STALE:
        return []
    return [f"Since {_to_the_second(since)} no event was sealed: see that a worker runs, with CAREID_SEAL_KEYS."]


def cut(number: int, mac: str) -> list[str]:
    """In words, that the seal noted elsewhere is not there: with seals and events gone, nothing else tells."""
    seal = Seal.objects.filter(number=number).first()
    if seal and len(mac) >= DIGITS_LEAST and bytes(seal.mac).hex().startswith(mac.lower()):
        return []
    return [f"Seal {number} is not the one that was noted: the end of the trail was cut, or written anew."]


def _start(report: Report) -> Seal | None:
    """The seal before the first that is walked: where events were rotated away, the last one of those."""
    rotation = Seal.objects.filter(rotated__isnull=False).order_by("-number").first()
    if rotation is None:
        return None
    kept = Seal.objects.filter(number=rotation.rotated or 0, number__lt=rotation.number).first()
    if kept is None:
        report.found.append(f"Seal {rotation.rotated}, which a rotation kept, is missing.")
        return None
    if Event.objects.filter(sequence__lte=kept.last).exists() or Seal.objects.filter(number__lt=kept.number).exists():
        report.found.append(f"Events or seals that were rotated away (up to seal {kept.number}) are there.")
    return kept


def _seals(before: Seal | None, last: Seal) -> Iterator[Seal]:
    after = before.number if before else None
    while True:
        rows = Seal.objects.filter(number__lte=last.number).order_by("number")
        page = list((rows if after is None else rows.filter(number__gt=after))[:SEALS])
        yield from page
        if len(page) < SEALS:
            return
        after = page[-1].number


def _batches(rows: Iterator[Row], seals: Iterator[Seal]) -> Iterator[tuple[Seal, list[Row]]]:
    """Each seal with the events up to its last one."""
    ahead = next(rows, None)
    for seal in seals:
        own = []
        while ahead is not None and ahead[0] <= seal.last:
            own.append(ahead)
            ahead = next(rows, None)
        yield seal, own


def _troubles(seal: Seal, before: Seal | None, own: list[Row]) -> list[str]:
    expected = before.number + 1 if before else 1
    which = f"Events {before.last + 1 if before else 1} to {seal.last} (seal {seal.number}, {_to_the_second(seal.at)})"
    if seal.number != expected:
        return [f"Seals {expected} to {seal.number - 1} are missing. {which} can not be checked without them."]
    try:
        whole = hmac.compare_digest(canonical.mac(seal, before=before, rows=own), bytes(seal.mac))
    except canonical.NoKey as key:
        return [f"{which} are sealed with key {key}, which CAREID_SEAL_KEYS lacks."]
    return [] if whole else [f"{which}: {_what(len(own) - seal.count)}."]


def _made_up(seal: Seal, own: list[Row], report: Report) -> list[str]:
    """Events that were sealed as they are, and whose time can't be right: the trail's own order tells."""
    found = []
    latest = canonical.microseconds(seal.at) + APART
    for sequence, at, *_ in own:
        if at > latest or at < report.newest - APART:
            found.append(
                f"Event {sequence} (seal {seal.number}) has a time that is not its own: it stands out of order."
            )
        elif at > report.newest:
            report.newest = at
    return found


def _what(more: int) -> str:
    if more:
        return f"{abs(more)} {'put in' if more > 0 else 'missing'} since they were sealed, or the seal was changed"
    return "changed or exchanged since they were sealed, or the seal was changed"


def _to_the_second(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
