"""What slows guessing: a try is counted before it is judged, and a right one is taken back.

While a lock stands nothing is counted or hashed, so that it grows no longer for who goes on pressing.
"""

from django.db import transaction

from authenticators.totp import limits
from authenticators.totp.kind import KIND
from authenticators.totp.whose import Whose
from authenticators.totp.words import Why
from careid.limits import counting
from careid.limits.counting import Count, Verdict
from careid.post import outbox
from sign_in import trail


def count(whose: Whose) -> None:
    """Count one try. counting.Locked where too many were wrong: then nothing is judged."""
    room = whose.here.room
    if not whose.browser:  # a lock of a browser's own does not grow: its window is counted in the one statement
        _stop(counting.look(*whose.wrong, whose.in_a_row, room=room))
    verdict = counting.hit(*whose.wrong, then=(whose.in_a_row,), room=room)
    if set(verdict.just_reached) - {limits.WRONG_ADDRESS, limits.WRONG_NETWORK}:
        tell(whose, verdict)
    _stop(verdict)


def forgive(whose: Whose) -> None:
    """Take the count of a right try back, and forget those that were wrong in a row."""
    counting.take_back(*whose.wrong, forgetting=(whose.in_a_row,))


def _stop(verdict: Verdict) -> None:
    if verdict.locked:
        raise counting.Locked(verdict)


def tell(whose: Whose, verdict: Verdict, *, mail: str = "app_locked") -> None:
    """Note a lock that has just begun, and mail it, the first in a day: the same work where there is nobody to tell."""
    told: Count = (limits.LOCK_MAIL, whose.subject)
    first = not counting.hit(told).silenced
    context = {"until": None if verdict.by_hand else verdict.until, "here": bool(whose.browser)}
    with transaction.atomic():
        trail.note(kind=KIND, reason=Why.LOCKED, profile=whose.profile)
        if first and whose.profile:
            outbox.to_everyone(mail, profile=whose.profile, context=context)
        elif first:
            outbox.send(mail, profile=None, context=context)
