"""A move made, changed, started, stopped and ended: what the desk and the worker do to it, each with its event.

What follows for its people goes by itself: `moves.rounds` looks at the move as it is, and tells them.
Throughout, `by` is who does it (`careid.trail.actors`), `reason` a word of a closed list, `note` a line of theirs.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from django.db import IntegrityError
from django.utils import timezone

from careid.errors import Refused
from careid.people.models import Organisation
from careid.post import outbox
from careid.storing import database
from careid.trail.actors import SYSTEM
from careid.trail.names import EventName
from careid.trail.record import noted, record_at_each
from moves import telling
from moves.models import Move, Person

DRAFT, RUNNING, CANCELLED = Move.State.DRAFT, Move.State.RUNNING, Move.State.CANCELLED
# What may change once people were told of it: its address and its last day they know.
WHILE_IT_RUNS: Final = frozenset({"title", "what_changes", "who_is_affected", "whom_to_ask", "starts_on"})
_SAYS: Final = {"move_starts_before_it_ends": "order", "moves_move_slug": "slug_taken"}


def make(*, move: Move, by: str) -> Move:
    """Keep a new move, a draft. Refused: `slug_taken`, `order` (it would end before it starts)."""
    move.made_by = by
    return _written(lambda: move.save(force_insert=True), move, ["made"], by)


def change(*, move: Move, changed: Iterable[str], by: str) -> bool:
    """Keep these fields as the move has them now. Returns whether there were any.

    Refused: `over`; `known` (a field that people were told of, once it runs), `slug_taken`, `order`.
    """
    fields = [*changed]
    if fields:
        _written(lambda: _save(move, fields), move, fields, by)
    return bool(fields)


def _save(move: Move, fields: list[str]) -> None:
    state = telling.locked(move.pk).state
    if state not in {DRAFT, RUNNING}:
        raise Refused("over")
    if state == RUNNING and not WHILE_IT_RUNS.issuperset(fields):
        raise Refused("known")
    move.save(update_fields=fields)


def _written(write: Callable[[], None], move: Move, changed: list[str], by: str) -> Move:
    # What is refused here counts nothing: it is refused inside the transaction.
    try:
        with database.patiently():
            write()
            _note(EventName.MOVE_CHANGED, move, by=by, details={"changed": changed})
    except IntegrityError as error:
        reason = next((word for name, word in _SAYS.items() if name in str(error)), "")
        if not reason:
            raise
        raise Refused(reason) from error
    return move


def start(*, move: Move, by: str, reason: str = "", note: str = "") -> bool:
    """Let it run: everybody in it is told. False where it is no draft. Refused `past`, where its last day is over."""
    with database.patiently():
        fresh = telling.locked(move.pk)
        is_draft, past = fresh.state == DRAFT, fresh.ends_on < timezone.localdate()
        if is_draft and not past:
            _set(move, state=RUNNING, started_at=timezone.now())
            _note(EventName.MOVE_STARTED, move, by=by, reason=reason, details=noted(note))
            telling.defer(move)
    if is_draft and past:
        raise Refused("past")
    return is_draft


def change_date(*, move: Move, ends_on: date, by: str, reason: str = "", note: str = "") -> bool:
    """Give it another last day. Everybody but who answered no, or keeps a smartcard, is told once.

    What still waits with the day of before does not go out. False where it is that day already. Refused: `past`,
    `order` (before the new way works), `over`.
    """
    if ends_on < timezone.localdate():
        raise Refused("past")
    with database.patiently():
        fresh = telling.locked(move.pk)
        refused = "over" if fresh.state not in {DRAFT, RUNNING} else "order" if ends_on < fresh.starts_on else ""
        changed = not refused and ends_on != fresh.ends_on
        if changed:
            outbox.drop(about=telling.about(move))
            _set(move, ends_on=ends_on)
            _note(EventName.MOVE_DATE_CHANGED, move, by=by, reason=reason, details=noted(note))
            telling.defer(move)
    if refused:
        raise Refused(refused)
    return changed


def stop(*, move: Move, by: str, reason: str = "", note: str = "") -> bool:
    """Let none of its emails go out, those that wait included. They go once it is resumed. False where none may go."""
    with database.patiently():
        fresh = telling.locked(move.pk)
        if fresh.stopped or fresh.state not in {RUNNING, CANCELLED}:
            return False
        _set(move, stopped=True)
        many = len(outbox.drop(about=telling.about(move)))
        _note(EventName.MOVE_STOPPED, move, by=by, reason=reason, details={"many": many, **noted(note)})
    return True


def resume(*, move: Move, by: str, reason: str = "", note: str = "") -> bool:
    """Let its emails go out again, those that are still due. False where they do."""
    with database.patiently():
        fresh = telling.locked(move.pk)
        if not fresh.stopped or fresh.state not in {RUNNING, CANCELLED}:
            return False
        _set(move, stopped=False)
        _note(EventName.MOVE_RESUMED, move, by=by, reason=reason, details=noted(note))
        telling.defer(move)
    return True


def cancel(*, move: Move, by: str, reason: str = "", note: str = "") -> bool:
    """End it before its time: the old way goes on. Whoever was told of it is told so. False where it is over."""
    with database.patiently():
        fresh = telling.locked(move.pk)
        if fresh.state not in {DRAFT, RUNNING}:
            return False
        outbox.drop(about=telling.about(move))
        _set(move, state=CANCELLED, ended_at=timezone.now())
        _note(EventName.MOVE_CANCELLED, move, by=by, reason=reason, details=noted(note))
        telling.defer(move)
    return True


def finish(*, move: Move) -> bool:
    """End it once its last day is over, in London; what still waits does not go out. False where it is not over."""
    with database.patiently():
        fresh = telling.locked(move.pk)
        if fresh.state != RUNNING or fresh.ends_on >= timezone.localdate():
            return False
        outbox.drop(about=telling.about(move))
        _set(move, state=Move.State.DONE, ended_at=timezone.now())
        _note(EventName.MOVE_ENDED, move, by=SYSTEM)
    return True


def _set(move: Move, **values: Any) -> None:
    Move.objects.filter(pk=move.pk).update(**values)
    vars(move).update(values)


def _note(name: EventName, move: Move, *, by: str, reason: str = "", details: dict[str, Any] | None = None) -> None:
    """The event, in the trail of each organisation that has somebody in the move."""
    people = Person.objects.filter(move=move).values("organisation")
    codes = Organisation.objects.filter(pk__in=people).order_by("code").values_list("code", flat=True)
    told = {"move": move.slug, **(details or {})}
    record_at_each(name, organisations=codes, actor=by, reason=reason, details=told)
