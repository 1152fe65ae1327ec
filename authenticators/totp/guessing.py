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


def count(who: Whose) -> None:
    """Count one try. counting.Locked where too many were wrong: then nothing is judged."""
    room = who.here.room
    if not who.browser:  # a lock of a browser's own does not grow: its window is counted in the one statement
        _stop(counting.look(*who.wrong, who.in_a_row, room=room))
    verdict = counting.hit(*who.wrong, then=(who.in_a_row,), room=room)
    if set(verdict.just_reached) - {limits.WRONG_ADDRESS, limits.WRONG_NETWORK}:
        tell(who, verdict)
    _stop(verdict)


def forgive(who: Whose) -> None:
    """Take the count of a right try back, and forget those that were wrong in a row."""
    counting.take_back(*who.wrong, forgetting=(who.in_a_row,))


def _stop(verdict: Verdict) -> None:
    if verdict.locked:
        raise counting.Locked(verdict)


def tell(who: Whose, verdict: Verdict, *, mail: str = "app_locked") -> None:
    """Note a lock that has just begun, and mail it, the first in a day: the same work where there is nobody to tell."""
    told: Count = (limits.LOCK_MAIL, who.subject)
    first = not counting.hit(told).silenced
    context = {"until": None if verdict.by_hand else verdict.until, "here": bool(who.browser)}
    with transaction.atomic():
        trail.note(kind=KIND, reason=Why.LOCKED, profile=who.profile)
        if first and who.profile:
            outbox.to_everyone(mail, profile=who.profile, context=context)
        elif first:
            outbox.send(mail, profile=None, context=context)
