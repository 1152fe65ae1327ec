"""What slows guessing at the door: django-axes asks here before a password is hashed, and our limits count.

A try is counted before it is judged, so that a hundred at once are no more than five, and taken back where it was
right. While a lock stands nothing is counted or hashed: the right password is told the same as a wrong one.
"""

from typing import Any

from axes.handlers.base import AxesHandler
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from careid.limits import counting, limits
from careid.serving import visitors
from careid.trail.names import EventName
from careid.trail.record import record


class Handler(AxesHandler):  # type: ignore[misc]  # it has no types
    """What django-axes calls around `authenticate()`."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return count(request, name=str((credentials or {}).get("username", "")))

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        if request is not None and not getattr(request, "axes_locked_out", False):
            refused("password", name=str(credentials.get("username", "")))

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        forgive(request)


def address(request: HttpRequest) -> str:
    return visitors.read(request).address


def count(request: HttpRequest, *, name: str) -> bool:
    """Count one try at an account, a password or a code, from here. False where it is locked: `locked` answers."""
    here = visitors.read(request)
    counts = [(limit, name) for limit in limits.SIGN_IN_NAME]
    counts += [(limit, here.address) for limit in limits.SIGN_IN_ADDRESS]
    verdict = counting.look(*counts, room=here.room)
    if not verdict.locked:
        verdict = counting.hit(*counts, room=here.room)
        if verdict.locked:
            _record(EventName.ADMIN_LOCKED, name, "limit")
    vars(request).update(sign_in_counts=counts, sign_in_verdict=verdict, axes_locked_out=verdict.locked)
    return not verdict.locked


def forgive(request: HttpRequest) -> None:
    """Take the count of this try back: it was right."""
    counting.take_back(*vars(request).pop("sign_in_counts", ()))


def refused(reason: str, *, name: str) -> None:
    """The event of a wrong try: whose account it was at, where there is one, and nothing of what was typed."""
    _record(EventName.ADMIN_SIGN_IN_REFUSED, name, reason)


def _record(event: EventName, name: str, reason: str) -> None:
    found = User.objects.filter(username=name.replace("\0", "")).values_list("pk", flat=True).first()
    record(event, outcome="refused", reason=reason, details={"admin": found} if found else None)


def locked(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """429, until what time of day: django-axes answers with it wherever a try was refused unjudged."""
    verdict: counting.Verdict = vars(request)["sign_in_verdict"]
    until = verdict.until and timezone.localtime(verdict.until)
    context = {"page": "locked", "reason": "limit", "until": until, "today": timezone.localdate()}
    page = render(request, "admin/locked.html", context, status=429)
    page.headers["Retry-After"] = str(verdict.seconds)
    return page
