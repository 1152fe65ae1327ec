"""The journey: its steps in order, the attempt behind the cookie, and the only guard."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from careid import audit, crypto, limits, pages
from careid.audit import EventName
from enrolment import email_codes
from enrolment.identity import Found
from enrolment.models import Attempt, new_token, token_hash

TOUCH: Final = timedelta(minutes=1)
NO_TIME: Final = timedelta()
PAGE_METHODS: Final = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Step:
    """A page of the journey, by its URL name, and when it is done."""

    name: str
    url: str
    done: Callable[[Attempt], bool]


def always(_: Attempt) -> bool:
    return True


STEPS: Final = (
    Step("details", "details", always),
    Step("code", "code", lambda attempt: attempt.verified_at is not None),
    Step("choose", "choose", always),
)

View = Callable[..., HttpResponse]


def step(name: str, *, then: tuple[Step, ...] = (), methods: tuple[str, ...] = PAGE_METHODS) -> Callable[[View], View]:
    """Open a page only to a live attempt that has done every earlier step; the view gets that attempt.

    `then` are the steps of a kind, after the journey's own. The first step opens to anyone, with None for no attempt.
    """
    path = (*STEPS, *then)
    earlier = path[: [one.name for one in path].index(name)]

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            attempt = current(request)
            away = _elsewhere(request, attempt, earlier)
            if away:
                return away
            if attempt and not attempt.is_over:
                touch(attempt)
            try:
                return view(request, attempt, *args, **kwargs)
            except limits.Locked as locked:
                return pages.locked(request, locked.verdict, reference=locked.reference)

        guarded.step = name  # type: ignore[attr-defined]  # what the walk over the URLconf looks for
        return require_http_methods(methods)(guarded)

    return guard


def _elsewhere(request: HttpRequest, attempt: Attempt | None, earlier: tuple[Step, ...]) -> HttpResponse | None:
    """Where to send a visitor for whom this page isn't open."""
    if attempt is None or (attempt.is_over and not earlier):
        if request.method == "POST" and len(earlier) == 1 and was_verified_elsewhere(request):
            return redirect(STEPS[2].url)
        return redirect(STEPS[0].url) if earlier else None
    if attempt.is_over:
        return redirect("expired")
    if attempt.authenticator_id:
        return redirect("done", attempt.authenticator_id)
    return next((redirect(one.url) for one in earlier if not one.done(attempt)), None)


def afterwards(view: View) -> View:
    """Open a page about an authenticator for ten minutes to the attempt that added it. To others it isn't there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        attempt = current(request)
        if (
            attempt is None
            or attempt.authenticator_id is None
            or attempt.authenticator_id != kwargs.get("pk", attempt.authenticator_id)
        ):
            raise Http404
        return redirect("expired") if attempt.is_over else view(request, attempt, *args, **kwargs)

    guarded.step = "done"  # type: ignore[attr-defined]  # likewise
    return guarded


def open_to_all(view: View) -> View:
    """Name a page that needs no attempt."""
    view.step = None  # type: ignore[attr-defined]  # likewise
    return view


def current(request: HttpRequest) -> Attempt | None:
    """The attempt of this browser's cookie, with its code and profile: one query a request."""
    if not hasattr(request, "attempt"):
        token = request.COOKIES.get(settings.ATTEMPT_COOKIE, "")
        request.attempt = _load(token_hash(token)) if token else None  # type: ignore[attr-defined]  # kept for this request
    attempt: Attempt | None = request.attempt  # type: ignore[attr-defined]  # likewise
    return attempt


def _load(digest: bytes) -> Attempt | None:
    return Attempt.objects.select_related("profile__organisation", "emailcode").filter(token_hash=digest).first()


def was_verified_elsewhere(request: HttpRequest) -> bool:
    """Whether this cookie is the one that the accepted code replaced: the second of two presses brings it."""
    digest = token_hash(request.COOKIES.get(settings.ATTEMPT_COOKIE, ""))
    return Attempt.objects.filter(previous_token_hash=digest).exists()


def touch(attempt: Attempt, *, least: timedelta = TOUCH) -> None:
    """Note that the person is still here: once a minute at most."""
    now = timezone.now()
    if not attempt.added_at and now - attempt.last_seen_at >= least:
        Attempt.objects.filter(pk=attempt.pk, ended_at=None).update(last_seen_at=now)
        attempt.last_seen_at = now


def keep(response: HttpResponse, token: str) -> HttpResponse:
    """Give the browser the attempt's token: a cookie without an age, for this site alone."""
    response.set_cookie(settings.ATTEMPT_COOKIE, token, secure=settings.SECURE, httponly=True, samesite="Lax")
    return response


@transaction.atomic
def begin(
    *,
    email: str,
    typed_email: str,
    nino: str,
    found: Found,
    silenced: bool,
    picture: str | None,
    replaces: Attempt | None,
) -> tuple[Attempt, str]:
    """Start an attempt for a typed pair and mail its code: the same writes whether or not anybody was found.

    Returns the attempt and the token for its cookie. Where the address is somebody's and something else was wrong,
    a notice goes to them in place of the code; where a silent limit is over, nothing goes to anybody.
    """
    attempt = Attempt(
        profile=None if silenced else found.profile,
        typed_email=typed_email,
        pair=crypto.mac("pair", email, nino),
        nino_fingerprint=crypto.fingerprint(nino),
        picture=picture,
    )
    token = _start(attempt, replaces)
    audit.record(
        EventName.IDENTITY_MATCHED if attempt.profile else EventName.IDENTITY_NOT_MATCHED,
        outcome="ok" if attempt.profile else "refused",
        reason="silently_limited" if silenced else found.reason,
        profile=found.profile or found.about,
        attempt_id=attempt.pk,
        reference=attempt.reference,
    )
    email_codes.first(attempt=attempt, tell=None if silenced else found.about, reason=found.reason)
    return attempt, token


def another(*, attempt: Attempt) -> str:
    """A new attempt of the same person with a new code, since the first spent the right to add.

    Returns its token. Locked where too many codes were sent for these details.
    """
    pair = attempt.subject
    sends = ((limit, pair) for limit in (limits.CODE_SENDS_HOUR, limits.CODE_SENDS_DAY))
    limits.hit_or_lock(*sends, (limits.CODE_SENDS_ALL, ""), reference=attempt.reference)
    new = Attempt(
        profile=attempt.profile,
        typed_email=attempt.typed_email,
        pair=attempt.pair,
        nino_fingerprint=attempt.nino_fingerprint,
    )
    with transaction.atomic():
        token = _start(new, attempt)
        email_codes.first(attempt=new)
    return token


def _start(attempt: Attempt, replaces: Attempt | None) -> str:
    token, attempt.token_hash = new_token()
    attempt.save(force_insert=True)
    if replaces:
        end(attempt=replaces, reason="replaced")
    _record(attempt, EventName.ATTEMPT_STARTED)
    return token


@transaction.atomic
def end(*, attempt: Attempt, reason: str) -> None:
    """Forget an attempt: `restarted` by the person, or `replaced` by a newer one of the same browser."""
    if Attempt.objects.filter(pk=attempt.pk, ended_at=None).update(ended_at=timezone.now(), pending=None):
        _record(attempt, EventName.ATTEMPT_ENDED, reason=reason)


def _record(attempt: Attempt, name: EventName, *, reason: str = "") -> None:
    audit.record(name, reason=reason, profile=attempt.profile, attempt_id=attempt.pk, reference=attempt.reference)
