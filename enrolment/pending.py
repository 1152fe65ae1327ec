"""What a kind keeps with an attempt between two requests: one entry a kind, sealed in the attempt's row.

Once something was added, or the attempt has ended, nothing is pending and nothing is kept any more.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from careid.errors import Refused
from careid.storing import database
from careid.storing.fields import sealed_name
from enrolment.models import Attempt

Entry = dict[str, Any]
WAITS: Final = 3  # of a lock's second each: many presses at once each get their turn, before one is a 503


def read(attempt: Attempt, slug: str) -> Entry:
    """The entry of this kind, empty where there is none."""
    found: Entry = (attempt.pending or {}).get(slug, {})
    return found


def change(attempt: Attempt, slug: str, how: Callable[[Entry], Entry]) -> Entry:
    """Replace the entry by what `how` makes of it, and return the entry of before: of two at once, one gets that.

    Mostly one statement. `how` is asked again where somebody else has written the row since this request read it.
    """
    before = read(attempt, slug)
    if attempt.pending is None:
        return before
    seen = attempt.seen()
    if _swap(attempt, {**attempt.pending, slug: how(before)}, seen):
        return before
    with transaction.atomic():
        fresh = Attempt.objects.select_for_update(no_key=True).get(pk=attempt.pk)
        before = read(fresh, slug)
        _put(fresh, slug, how(before), seen)
    return before


@contextmanager
def held(attempt: Attempt, slug: str) -> Iterator[tuple[Attempt, Entry]]:
    """The attempt's row and its entry, to change in place: both locked, with the profile, until the block ends.

    What the block has counted in the entry is kept where the block refuses: Refused goes on after the transaction.
    """
    refusal = None
    with ExitStack() as stack:
        fresh = _in_turn(attempt, stack)
        entry = dict(read(fresh, slug))
        try:
            yield fresh, entry
        except Refused as refused:
            refusal = refused
        _put(fresh, slug, entry, {})
    if refusal:
        raise refusal


def _in_turn(attempt: Attempt, stack: ExitStack) -> Attempt:
    """The locked row, in a transaction that ends with the stack. Who waits longer lets others have the connection."""
    for left in reversed(range(WAITS)):
        try:
            with ExitStack() as tried:
                tried.enter_context(transaction.atomic())
                fresh = attempt.held()
                stack.enter_context(tried.pop_all())
                return fresh
        except OperationalError as error:
            if not (left and isinstance(error.__cause__, LockNotAvailable)):
                raise
            database.let_go()
    raise AssertionError("the last wait returns or raises")


def _swap(attempt: Attempt, new: dict[str, Entry], seen: dict[str, datetime]) -> bool:
    """Replace all that is pending, in one statement; False where somebody has written it since it was read."""
    before = attempt.__dict__.get(sealed_name("pending"))
    sealed = Attempt.pending.field.seal(new, attempt)
    return bool(before and Attempt.objects.filter(pk=attempt.pk, pending=before).update(pending=sealed, **seen))


def _put(fresh: Attempt, slug: str, entry: Entry, seen: dict[str, datetime]) -> None:
    """Write the entry into a row that is locked."""
    if fresh.pending is not None:
        fresh.pending = {**fresh.pending, slug: entry}
        fresh.last_seen_at = seen.get("last_seen_at", fresh.last_seen_at)
        fresh.save(update_fields=["pending", *seen])
