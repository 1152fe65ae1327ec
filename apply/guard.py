"""The guard of the pages after the link: the cookie says which invitation, and its row which page is next."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apply import codes, inviters, proving, standing, tokens
from apply.models import Invitation
from careid.limits import counting
from careid.pages import answers
from careid.people import typed
from enrolment import journey, proven
from sign_in.journey import PAGE_METHODS, of_visit

State = Invitation.State
View = Callable[..., HttpResponse]
LINK, CODE, DETAILS, SENT = "apply", "apply-code", "apply-details", "apply-sent"
LOCKED: Final = "apply/locked.html"
NEXT: Final = {State.OPENED: CODE, State.PROVED: DETAILS, **dict.fromkeys(standing.DONE, SENT)}


def at(page: str) -> Callable[[View], View]:
    """Open a page to the browser whose invitation has come to it; others are led to where theirs stands."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            invitation = standing.of_browser(browser(request))
            try:
                if away := _elsewhere(request, invitation, page):
                    return away
                return view(request, invitation, *args, **kwargs)
            except counting.Locked as locked:
                return answers.locked(request, locked.verdict, reference=locked.reference, template=LOCKED)

        return of_visit(require_http_methods(PAGE_METHODS)(guarded))

    return guard


def browser(request: HttpRequest) -> str:
    """The token of this browser's cookie, empty where it has none."""
    return request.COOKIES.get(settings.APPLY_COOKIE, "")


def keep(response: HttpResponse, token: str) -> HttpResponse:
    """Give the browser the invitation's token: a cookie without an age, for this site alone."""
    response.set_cookie(settings.APPLY_COOKIE, token, secure=settings.SECURE, httponly=True, samesite="Lax")
    return response


def shut(request: HttpRequest, reason: str, invitation: Invitation | None = None) -> HttpResponse:
    """The page of a link or a cookie that leads nowhere, and whom to ask.

    `reason` is a word of `standing.shut`, or `unknown` (no link of ours, or one of before), `lost` (no invitation is
    open in this browser, or it is open in another) or `time` (its hour is over).
    """
    inviter = inviters.of(invitation) if invitation else None
    context = {"page": LINK, "reason": reason, "invitation": invitation, "inviter": inviter}
    return render(request, "apply/shut.html", context, status=HTTPStatus.NOT_FOUND)


def _elsewhere(request: HttpRequest, invitation: Invitation | None, page: str) -> HttpResponse | None:
    if invitation is None:
        return (_proved_just_now(request) if page == CODE else None) or shut(request, "lost")
    reason = standing.shut(invitation)
    if standing.timed_out(invitation):
        reason = reason or "time"
    elif reason == "submitted":
        reason = ""
    if reason:
        return shut(request, reason, invitation)
    return None if NEXT[State(invitation.state)] == page else _onward(request, invitation)


def _onward(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Lead to the page that is next; a second press of the details gets the cookie that the first one got."""
    answer = redirect(NEXT[State(invitation.state)])
    since = timezone.now() - tokens.A_MOMENT
    pressed = request.method == "POST" and invitation.submitted_at and invitation.submitted_at > since
    token = proven.second_press(invitation.pk) if pressed and invitation.state == State.FOUND else None
    return journey.keep(answer, token) if token else answer


def _proved_just_now(request: HttpRequest) -> HttpResponse | None:
    """The answer to a second press of the code page, which still brings the cookie of before."""
    code = typed.code(request.POST.get("code", ""), codes.DIGITS)
    token = proving.second_press(browser=browser(request), typed=code) if code else None
    return keep(redirect(DETAILS), token) if token else None
