"""Rounds of emails: a move's people are told what is due, each once, however often and by how many workers it is run.

What is due follows from the rows alone: the move, and what each person was told of which last day. Some people at a
time get their email and the row that tells of it in one transaction, under the move's lock.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from careid.post import outbox
from careid.post.models import Mail
from careid.storing import copying, database
from careid.trail import record as trail
from careid.trail.actors import SYSTEM
from careid.trail.names import EventName
from moves import making, matching, stages, telling
from moves.letters import Letters
from moves.models import Mailing, Move, Person

REMIND: Final = (56, 28, 14, 7, 3, 1)  # days before the last day of the old way
FROM_HOUR: Final = 8  # in London: nobody's telephone rings at night
DATE, CANCELLED = "date", "cancelled"
TEMPLATES: Final = {telling.START: "move_start", DATE: "move_date", CANCELLED: "move_cancelled"}
REMINDER: Final = "move_reminder"
_TELLS: Final = (Move.State.RUNNING, Move.State.CANCELLED)
AT_ONCE: Final = 500  # people a transaction: who stops a move waits for no more


@dataclass(frozen=True)
class Round:
    """One thing to tell: its word, as `Mailing.what` has it, and the people whom it is due to."""

    what: str
    people: "QuerySet[Person]"

    @property
    def template(self) -> str:
        return TEMPLATES.get(self.what, REMINDER)


def due(move: Move, now: datetime) -> Iterator[Round]:
    """What is to be told at that time, and to whom: nothing while the move is stopped."""
    told = Person.objects.filter(move=move, mailed_on__isnull=False).exclude(stages.SAYS_NO)
    if move.stopped:
        return
    if move.state == Move.State.CANCELLED:
        before = Mailing.objects.filter(person=OuterRef("pk"), what=CANCELLED)
        yield Round(CANCELLED, told.filter(~Exists(before)))
    if move.state == Move.State.RUNNING and timezone.localdate(now) <= move.ends_on:
        new = Person.objects.filter(move=move, mailed_on=None)
        yield Round(telling.START, new.exclude(stages.SAYS_NO).exclude(stages.KEEPS))
        last = Mailing.objects.filter(person=OuterRef("pk")).order_by("-pk").values("ends_on")[:1]
        told = told.alias(last_day=Subquery(last))
        yield Round(DATE, told.exclude(stages.KEEPS).exclude(last_day=move.ends_on))
        yield from _reminder(move, told.filter(last_day=move.ends_on), now)


def _reminder(move: Move, people: "QuerySet[Person]", now: datetime) -> Iterator[Round]:
    """The newest that is due, to whoever was told nothing since the day on which it was, and is not ready."""
    local = timezone.localtime(now)
    left = move.days_left(local.date())
    passed = [days for days in REMIND if days >= left]
    if left < 1 or not passed or local.hour < FROM_HOUR:
        return
    since = stages.start_of(move.ends_on - timedelta(days=passed[-1]))
    lately = Mailing.objects.filter(person=OuterRef("pk"), at__gte=since)
    unready = ~stages.ready(stages.end_of(move))
    yield Round(str(passed[-1]), people.filter(~Exists(lately), unready))


def remind(*, dry_run: bool = False) -> list[tuple[Move, Counter[str]]]:
    """Tell the people of every move what is due now, and end those whose last day is over.

    Returns how many of which were told what; with `dry_run`, how many would be, and nothing is done.
    """
    found = []
    for move in Move.objects.select_related("service").filter(state__in=_TELLS).order_by("pk"):
        if dry_run:
            found.append((move, Counter({one.what: one.people.count() for one in due(move, timezone.now())})))
        elif not making.finish(move=move):
            found.append((move, tell(move)))
    return [(move, +told) for move, told in found]


def tell(move: Move) -> Counter[str]:
    """Tell its people all that is due now. Returns how many were told what."""
    told: Counter[str] = Counter()
    with database.patiently():
        telling.take_back(telling.locked(move.pk))
    matching.match(move)
    if move.state == Move.State.RUNNING and not move.stopped:
        matching.invite(move)
    while keys := _due(move.pk):
        for at in range(0, len(keys), AT_ONCE):
            told += _tell_some(move.pk, keys[at : at + AT_ONCE])
    return told


def _due(pk: int) -> list[UUID]:
    """To whom something is due, by organisation: all of the first round that is due to anybody."""
    with database.patiently():
        rounds = due(Move.objects.get(pk=pk), timezone.now())
        found = (list(one.people.order_by("organisation", "pk").values_list("pk", flat=True)) for one in rounds)
        return next(filter(None, found), [])


def _tell_some(pk: int, keys: list[UUID]) -> Counter[str]:
    """Tell those of these people to whom something is due still."""
    with database.patiently():
        move, now = telling.locked(pk), timezone.now()
        for one in due(move, now):
            rows = one.people.filter(pk__in=keys).select_related("organisation", "profile__organisation")
            if some := list(rows.order_by("organisation", "pk")):
                _queue(move, one, some, now)
                return Counter({one.what: len(some)})
    return Counter()


def _queue(move: Move, one: Round, people: list[Person], now: datetime) -> None:
    if one.what == DATE:  # a day that was changed, changed back and changed again is told each time
        Mailing.objects.filter(person__in=people, ends_on=move.ends_on, what=DATE).delete()
    letters = Letters(one.template, move, days=move.days_left(timezone.localdate(now)))
    with outbox.together(an_hour=settings.MAILS_AN_HOUR):
        mails = [_send(letters, person, telling.about(move)) for person in people]
    told = {"ends_on": move.ends_on, "what": one.what, "at": now}
    copying.add([Mailing(person=person, mail=mail, **told) for person, mail in zip(people, mails, strict=True)])
    first = Person.objects.filter(pk__in=[person.pk for person in people], mailed_on=None)
    first.update(mailed_on=timezone.localdate(now))
    _note(move, one.what, people)


def _send(letters: Letters, person: Person, about: str) -> Mail:
    on_file = person.profile if person.is_on_file else None
    return outbox.send(
        letters.template,
        profile=on_file,
        to=(on_file and on_file.email) or person.email,
        written=letters.to(person),
        organisation=person.organisation.code,
        about=about,
    )


def _note(move: Move, what: str, people: list[Person]) -> None:
    many = Counter(person.organisation.code for person in people)
    with trail.together():
        for code, count in sorted(many.items()):
            details = {"move": move.slug, "what": what, "many": count}
            trail.record(EventName.MOVE_MAILED, actor=SYSTEM, organisation=code, details=details)
