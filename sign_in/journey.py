"""The pages of signing in, for every kind: its guard, the page of the ways, and where a proof leads."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from authenticators.models import Authenticator
from careid.errors import Refused
from careid.limits import counting, limits
from careid.pages import answers, passing
from careid.serving import visitors
from sign_in import browser, known, leaving, sessions, tokens, trail, visits, ways
from sign_in.models import SignIn, Visit
from sign_in.words import Why

PAGE_METHODS: Final = ("GET", "HEAD", "POST")
LOCKED: Final = "sign_in/locked.html"
View = Callable[..., HttpResponse]


def page(
    request: HttpRequest, visit: Visit, *, form: Any = None, notice: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """The page of the ways to sign in, the one last used first. 422 where a form was refused or there is a `notice`."""
    shown, here = ways.shown(request, visit, form), sessions.current(request)
    context = {"visit": visit, "ways": shown, "here": here, "form": form, "notice": notice}
    answer = answers.show(request, "sign_in/ways.html", page="sign-in", **context)
    answer.status_code = max(answer.status_code, status)
    return visits.keep(may_leave_for(answer, visit), visit)


def may_leave_for(answer: HttpResponse, visit: Visit) -> HttpResponse:
    """Let the form's redirects end at the service that asks: `form-action` stops them silently else."""
    if visit.origin:
        vars(answer)["_csp_update"] = {"form-action": [visit.origin]}
    return answer


def over(request: HttpRequest) -> HttpResponse | None:
    """Where a service's visit leads that is over; None where this browser's goes on, or is none.

    Who signed in by it and is still here goes on to the service. Otherwise the page says so, once: what comes next in
    this browser may be somebody's own account.
    """
    visit = visits.found(request)
    if visit is None or visit.purpose != Visit.Purpose.SERVICE or not visit.is_over:
        return None
    if visit.sign_in:
        here = sessions.current(request)
        same = here is not None and here.profile_id == visit.sign_in.profile_id
        return goes_on(visit) if same and timezone.now() < visit.started_at + settings.VISIT_LIFE else None
    context = {"page": "provider-error", "reason": "gone", "visit": visit}
    answer = render(request, "sign_in/over.html", context, status=HTTPStatus.BAD_REQUEST)
    answer.delete_cookie(settings.VISIT_COOKIE)
    return answer


def entry(view: View) -> View:
    """Open a page below /sign-in/: the view gets its visit.

    A form of another visit does nothing, and shows the page of the ways. A second press gets the first one's answer.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        posted = request.POST.get("visit", "")
        if answer := _second_press(request, posted) or over(request):
            return answer
        visit = visits.current(request)
        if request.method == "POST" and posted != str(visit.pk):
            return visits.keep(passing.leave(redirect("sign-in"), passing.AGAIN_HERE), visit)
        try:
            if request.method == "POST" and visit.is_new:
                here = visitors.read(request)
                counting.hit_or_lock((limits.SIGN_IN_VISITS, here.address), room=here.room)
            with trail.asked_by(visit):
                answer = view(request, visit, *args, **kwargs)
        except counting.Locked as locked:
            answer = answers.locked(request, locked.verdict, template=LOCKED)
        return visits.keep(may_leave_for(answer, visit), visit)

    return of_visit(require_http_methods(PAGE_METHODS)(guarded))


def of_visit(view: View) -> View:
    """A page whose form is shown again where its token was stale: `enrolment.views.csrf_failure` reads it."""
    vars(view)["of_visit"] = True
    return mark(view)


def mark(view: View) -> View:
    """A page that needs no attempt to add something, for the walk over all addresses."""
    vars(view)["step"] = None
    return view


def _second_press(request: HttpRequest, posted: str) -> HttpResponse | None:
    before = visits.found(request) if posted else None
    return _as_before(before) if before and posted == str(before.pk) else None


def _as_before(visit: Visit) -> HttpResponse | None:
    """The answer that a visit's sign-in got a moment ago, its cookies with it; None where there was none."""
    token, made = tokens.given(visit), visit.sign_in
    if not token or made is None:
        return None
    word = tokens.word(visit)
    return _let_in(visit, made, token, word if known.is_of(word, made.profile_id) else "")


def again(visit: Visit) -> HttpResponse | None:
    """Where a proof leads that comes to a visit which somebody has signed in by: another press, a reload, another tab.

    None where nobody has. The page that it leads to looks who is here: by now the first answer's cookie has come.
    """
    return (_as_before(visit) or goes_on(visit, visit.sign_in.profile_id)) if visit.sign_in else None


def after_another(visit: Visit) -> HttpResponse | None:
    """The same, where the visit may have let somebody in since this request read it."""
    visit.refresh_from_db(fields=("sign_in", "ended_at"))
    return again(visit)


def finish(
    request: HttpRequest,
    visit: Visit,
    authenticator: Authenticator,
    material: dict[str, Any] | None = None,
    taking_back: tuple[counting.Count, ...] = (),
) -> HttpResponse:
    """Let in whoever this authenticator proved, and lead to where the visit goes; or to the page of why not.

    Refused goes on where the proof was spent meanwhile by another press: `spent`, for the kind to answer.
    """
    came = browser.read(request)
    try:
        opened = sessions.open(
            visit=visit, authenticator=authenticator, browser=came, material=material, taking_back=taking_back
        )
    except Refused as no:
        if no.reason == Why.SPENT:
            raise
        if no.reason == Why.ANSWERED:
            return after_another(visit) or redirect("sign-in")
        return refused(request, visit, no.reason, kind=authenticator.kind, authenticator=authenticator)
    leaving.signed_in(request, opened.session.profile_id)
    return _let_in(visit, opened.session.newest, opened.token, opened.known)


def _let_in(visit: Visit, made: SignIn, token: str, word: str) -> HttpResponse:
    """Lead to where the visit goes, with the cookies of who is here; no `word` where the browser keeps one."""
    response = ways.keep(keep(goes_on(visit, made.profile_id), token), made.authenticator.kind)
    return known.keep(response, word) if word else response


def goes_on(visit: Visit, profile_id: int | None = None) -> HttpResponse:
    """Where a visit leads once somebody has signed in: what was for one person's eyes is not for another's.

    Whether another may go on to a service that named somebody is said there.
    """
    of_service = visit.purpose == Visit.Purpose.SERVICE
    another = visit.profile_id and profile_id and visit.profile_id != profile_id
    if another and not of_service:
        return redirect("account")
    return redirect(visit.then) if of_service or not visit.then_id else redirect(visit.then, visit.then_id)


def keep(response: HttpResponse, token: str) -> HttpResponse:
    """Give the browser the session's token: a cookie without an age, for this site alone."""
    response.set_cookie(settings.HERE_COOKIE, token, secure=settings.SECURE, httponly=True, samesite="Lax")
    return response


def refused(
    request: HttpRequest, visit: Visit, reason: str, *, kind: str, authenticator: Authenticator | None = None
) -> HttpResponse:
    """Lead to the page of why somebody was not signed in. Who is concerned is named only where that was proved."""
    pk: UUID | None = authenticator.pk if authenticator else None
    visits.refuse(visit=visit, reason=reason, kind=kind, authenticator_id=pk)
    return visits.keep(redirect("sign-in-refused"), visit)
