"""What slows guessing at the door: a password, a code and a passkey alike are counted before they are judged.

So a hundred tries at once are no more than five, and a right one is forgiven: its count is taken back. While a lock
stands nothing is counted or hashed: the right password is told the same as a wrong one.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from careid.limits import counting, limits
from careid.serving import visitors
from careid.trail.names import EventName
from desk.door import browsers, trail


def count(request: HttpRequest, *, name: str) -> None:
    """Count one try at an account from here. counting.Locked where something is locked: nothing is judged then.

    From a browser that the account knows, by that browser alone; from any other, by the account and by the address.
    """
    counts, room = _counts(request, name), visitors.read(request).room
    verdict = counting.look(*counts, room=room)
    if not verdict.locked:
        verdict = counting.hit(*counts, room=room)
        if verdict.locked:
            _record(EventName.ADMIN_LOCKED, name, "limit")
    if verdict.locked:
        raise counting.Locked(verdict)


def forgive(request: HttpRequest, *, name: str) -> None:
    """Take the count of a right try back."""
    counting.take_back(*_counts(request, name))


def _counts(request: HttpRequest, name: str) -> list[counting.Count]:
    if browser := browsers.known(request, name):
        return [(limit, f"{browser} {name}") for limit in limits.SIGN_IN_BROWSER]
    address = visitors.read(request).address
    by_name = [(limit, name) for limit in limits.SIGN_IN_NAME]
    return [*by_name, *((limit, address) for limit in limits.SIGN_IN_ADDRESS)]


def refused(reason: str, *, name: str) -> None:
    """The event of a wrong try: whose account it was at, where there is one, and nothing of what was typed."""
    _record(EventName.ADMIN_SIGN_IN_REFUSED, name, reason)


def _record(event: EventName, name: str, reason: str) -> None:
    found = User.objects.filter(username=name.replace("\0", "")).values_list("pk", flat=True).first()
    details = {"admin": found} if found else None
    trail.note(event, admin=found, outcome="refused", reason=reason, details=details)


def guarded(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """A page of the door, which shows the lock where a try was not judged."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = view(request, *args, **kwargs)
        except counting.Locked as locked:
            return locked_page(request, locked.verdict)
        return answer

    return guard


def locked_page(request: HttpRequest, verdict: counting.Verdict) -> HttpResponse:
    """429, with the time of day at which the lock ends."""
    context = {"page": "locked", "reason": "limit", "until": verdict.until, "seconds": verdict.seconds}
    answer = render(request, "admin/locked.html", context, status=429)
    answer.headers["Retry-After"] = str(verdict.seconds)
    return answer
