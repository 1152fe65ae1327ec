"""What was typed into a form of the desk when a session ended, or a factor was asked for: it stands there again, once.

It waits sealed in the session's row, half an hour at most, for the account that typed it and no other. The browser
stores none of it. A password, a code or a National Insurance number is never kept.
"""

import re
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme

from careid.serving import uploads
from desk.door import sealed

TYPED: Final = "typed"
LEFT: Final = "left"  # by a session that ended: nobody's until the same account is in again
PAGE: Final = "desk-page"  # the field in which a page that closes by itself says which it was
MOST: Final = 20_000  # characters of a form
NEVER: Final = frozenset(
    {
        *("csrfmiddlewaretoken", PAGE, "code", "credential", "number", "again", "national_insurance_number"),
        *("password", "confirm_password", "old_password", "new_password1", "new_password2"),
    }
)
_LIKE_A_NUMBER: Final = re.compile(r"(?i)[a-z]{2}(?:[\W_]*\d){6}")
BACK: Final = (
    "You were signed out in between, and nothing was changed. What you had typed stands here again, but for numbers and"
    " passwords."
)


def put_by(request: HttpRequest) -> None:
    """Keep the form that was just sent, for the page that asks for it next."""
    sealed.keep(request, TYPED, _sent(request))


def leave(request: HttpRequest, *, sent: dict[str, Any], user: str) -> None:
    """Keep what a session left behind that has just ended."""
    sealed.keep(request, LEFT, {**sent, "user": user})


def sent(request: HttpRequest) -> dict[str, Any]:
    """What was sent by a session that is over; empty where nothing was that may be kept."""
    may = request.method == "POST" and not uploads.is_asked_for(request)  # a file is not read of whoever is out
    form = _sent(request) if may else {}
    return form if form.get("fields") else {}


def left(request: HttpRequest) -> dict[str, Any]:
    """What waits in this browser's session, for whoever signs in."""
    return sealed.kept(request, LEFT)


def bring(request: HttpRequest, waited: dict[str, Any], *, user: User) -> None:
    """Give it back to the account that typed it; to another, nothing is shown of it."""
    if waited.get("user") == str(user.pk):
        sealed.keep(request, TYPED, waited)


def page(request: HttpRequest) -> str:
    """Where what was typed belongs, or the desk's first page."""
    found: str = sealed.kept(request, TYPED).get("path", reverse("admin:index"))
    return found


def standing(request: HttpRequest) -> "MultiValueDict[str, Any]":
    """What stood in this page's form before: once."""
    before = sealed.kept(request, TYPED)
    if before.get("path") != request.path:
        return MultiValueDict()
    del request.session[TYPED]
    if before.get("user"):
        messages.info(request, BACK)
    return MultiValueDict(before["fields"])


def _sent(request: HttpRequest) -> dict[str, Any]:
    wanted = request.POST.get(PAGE, "")
    ours = wanted.startswith("/admin/") and url_has_allowed_host_and_scheme(wanted, None)
    fields = {name: values for name, values in request.POST.lists() if name not in NEVER and not _tells(values)}
    short = sum(len(one) for values in fields.values() for one in values) <= MOST
    return {"path": wanted if ours else request.path, "fields": fields if short else {}}


def _tells(values: list[str]) -> bool:
    return any(_LIKE_A_NUMBER.search(one) for one in values)
