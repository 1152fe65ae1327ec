"""The journey: its steps in order, the attempt behind the cookie, and the only guard."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from careid.limits import counting
from careid.pages import answers, passing
from careid.people.typed import code
from careid.storing import crypto
from careid.storing.prepared import Prepared
from enrolment import email_codes, verifying
from enrolment.models import Attempt

TOUCH: Final = timedelta(minutes=1)
NO_TIME: Final = timedelta()
PAGE_METHODS: Final = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Step:
    """A page of the journey, by its URL name, and when it is done."""

    name: str
    url: str
    done: Callable[[Attempt], bool]


STEPS: Final = (
    Step("details", "details", lambda _: True),
    Step("code", "code", lambda attempt: attempt.verified_at is not None),
    Step("choose", "choose", lambda _: True),
)

View = Callable[..., HttpResponse]


def step(name: str, *, then: tuple[Step, ...] = (), methods: tuple[str, ...] = PAGE_METHODS) -> Callable[[View], View]:
    """Open a page only to a live attempt that has done every earlier step; the view gets the attempt.

    `then` are the steps of a kind, after the journey's own. The first step opens to anyone, with None for no attempt.
    """
    path = (*STEPS, *then)
    earlier = path[: [one.name for one in path].index(name)]

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            attempt = current(request)
            if away := _elsewhere(request, attempt, earlier):
                return away
            if attempt and not attempt.is_over:
                see(attempt, later=request.method == "POST")
            try:
                response = _unless_gone(view, request, attempt, *args, **kwargs)
            except counting.Locked as locked:
                told: dict[str, Any] = {"reference": locked.reference, "others": len(earlier) >= len(STEPS)}
                response = answers.locked(request, locked.verdict, **told)
            if attempt and attempt.unsaved_seen_at:
                _save_seen(attempt)
            return response

        return _mark(require_http_methods(methods)(guarded), name)

    return guard


def _elsewhere(request: HttpRequest, attempt: Attempt | None, earlier: tuple[Step, ...]) -> HttpResponse | None:
    """Where to send a visitor for whom this page isn't open."""
    if attempt is None or not (earlier or attempt.under_way):
        again = _second_press(request) if request.method == "POST" and len(earlier) == 1 else None
        return again or (passing.leave(redirect(STEPS[0].url), passing.LOST) if earlier else None)
    back = next((redirect(one.url) for one in earlier if not one.done(attempt)), None)
    if back and len(earlier) + (request.method == "POST") > len(STEPS):
        passing.leave(back, passing.AGAIN)  # a page of a kind, which a newer attempt has not come to
    of_another = request.method == "POST" and request.POST.get("begun", attempt.reference) != attempt.reference
    again = passing.leave(redirect(request.path), passing.AGAIN) if of_another else None
    return gone_on(attempt) or back or again


def gone_on(attempt: Attempt) -> HttpResponse | None:
    """Where an attempt leads that is over or has added something: the pages of adding are closed to such an attempt."""
    if attempt.is_over:
        return redirect("expired")
    return redirect("done", attempt.authenticator_id) if attempt.authenticator_id else None


def after_refusal(
    request: HttpRequest, attempt: Attempt, reason: str, *, shared: frozenset[str], kind: Any
) -> HttpResponse | None:
    """Where adding was refused: the answer that stands before any of the kind's own, None where there is none.

    What happened meanwhile comes first: of two presses at once, the refused one shows what the other added. Then comes
    the page of a reason in `shared`, which every kind has.
    """
    if elsewhere := meanwhile(attempt):
        return elsewhere
    return answers.refused(request, reason, attempt=attempt, kind=kind) if reason in shared else None


def meanwhile(attempt: Attempt) -> HttpResponse | None:
    """Where an attempt leads that has gone on since this request read its row; the row is read again."""
    attempt.refresh_from_db()
    return gone_on(attempt)


def afterwards(view: View) -> View:
    """Open a page about an authenticator for ten minutes to the attempt that added it. For others there is no page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        attempt = current(request)
        if attempt and attempt.authenticator_id is None and not attempt.is_over:  # "add another" has begun
            return redirect("choose" if attempt.verified_at else "code")
        mine = attempt and attempt.authenticator_id
        if attempt is None or mine is None or mine != kwargs.get("pk", mine):
            raise Http404
        return redirect("expired") if attempt.is_over else _unless_gone(view, request, attempt, *args, **kwargs)

    return _mark(guarded, "done")


def _unless_gone(view: View, request: HttpRequest, attempt: Attempt | None, *args: Any, **kwargs: Any) -> HttpResponse:
    """The view's answer; where the attempt's row went away since it was read, the page that says "start again"."""
    try:
        return view(request, attempt, *args, **kwargs)
    except (ObjectDoesNotExist, IntegrityError):
        if attempt is None or Attempt.objects.filter(pk=attempt.pk).exists():
            raise
        return redirect("expired")


def open_to_all(view: View) -> View:
    """Name a page that needs no attempt."""
    return _mark(view, None)


def _mark(view: View, step: str | None) -> View:
    """Write its step on a view: a stale form's page and the walk over the URLconf read `view.step`."""
    vars(view)["step"] = step
    return view


def current(request: HttpRequest) -> Attempt | None:
    """The attempt of this browser's cookie, with its code and profile: one query a request."""
    kept = vars(request)  # as long as the request
    if "attempt" not in kept:
        token = request.COOKIES.get(settings.ATTEMPT_COOKIE, "")
        kept["attempt"] = _BY_TOKEN.first(crypto.token_hash(token)) if token else None
    attempt: Attempt | None = kept["attempt"]
    return attempt


_WITH: Final = ("profile__organisation", "emailcode")
_BY_TOKEN: Final = Prepared(lambda token: Attempt.objects.select_related(*_WITH).filter(token_hash=token), b"a token's")


def _second_press(request: HttpRequest) -> HttpResponse | None:
    """The answer to a second press on the code page: the same as to the first.

    The second press left before the first one's answer came, so it still brings the cookie of before.
    """
    token = crypto.token_hash(request.COOKIES.get(settings.ATTEMPT_COOKIE, ""))
    attempt = Attempt.objects.filter(previous_token_hash=token).first()
    typed = code(request.POST.get("code", ""), email_codes.DIGITS)
    fresh = verifying.second_press(attempt=attempt, typed=typed) if attempt else None
    return keep(redirect(STEPS[2].url), fresh) if fresh else None


def see(attempt: Attempt, *, least: timedelta = TOUCH, later: bool = False) -> None:
    """Note that the person is still here, once in `least` at most.

    With `later` the row is written after the page's own work, unless that work has written the row: `Attempt.seen()`.
    """
    now = timezone.now()
    if not attempt.added_at and now - attempt.last_seen_at >= least:
        attempt.last_seen_at = attempt.unsaved_seen_at = now
        if not later:
            _save_seen(attempt)


def _save_seen(attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk, ended_at=None).update(**attempt.seen())


def keep(response: HttpResponse, token: str) -> HttpResponse:
    """Give the browser the attempt's token: a cookie without an age, for this site alone."""
    response.set_cookie(settings.ATTEMPT_COOKIE, token, secure=settings.SECURE, httponly=True, samesite="Lax")
    return response
