"""Signing in: the ways, why not, whether what was added works, and signing out."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from authenticators.models import Authenticator
from careid.limits import counting, limits
from careid.pages import answers
from careid.serving import visitors
from careid.trail.actors import PERSON
from enrolment import journey as enrolling
from sign_in import journey, leaving, refusals, sessions, visits, ways
from sign_in.journey import PAGE_METHODS, mark, of_visit
from sign_in.models import Visit
from sign_in.words import Ended, Why


@of_visit
@require_http_methods(PAGE_METHODS)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ways to sign in. A POST is handed to the kind that takes one of its fields, whose page guards itself."""
    if request.method != "POST" and (answer := journey.over(request)):
        return answer
    visit = visits.current(request)
    if request.method == "POST":
        for kind in ways.usable(visit):
            if kind.sign_in and any(name in request.POST for name in kind.sign_in.takes):
                return resolve(reverse(kind.sign_in.url)).func(request)  # type: ignore[no-any-return]  # a view
        return journey.page(request, visit, status=HTTPStatus.UNPROCESSABLE_ENTITY)  # nothing that anybody takes
    return journey.page(request, visit)


@mark
@require_safe
def refused(request: HttpRequest) -> HttpResponse:
    """Why somebody was not signed in: of this browser's visit, so that no link can make the page up."""
    visit = visits.found(request)
    status = refusals.status(visit.refused_kind, visit.refused) if visit else None
    if visit is None or status is None:
        return redirect("sign-in")
    pk = visit.refused_authenticator_id
    if not _is_theirs(request, visit):
        return redirect("sign-in")
    one = Authenticator.objects.select_related("profile__organisation").filter(pk=pk).first() if pk else None
    context = {
        "page": "sign-in-refused",
        "reason": visit.refused,
        "visit": visit,
        "authenticator": one,
        "others": [kind for kind in ways.usable(visit) if kind.slug != visit.refused_kind],
        **refusals.words(visit.refused_kind, visit.refused),
    }
    return journey.may_leave_for(render(request, "sign_in/refused.html", context, status=status), visit)


def _is_theirs(request: HttpRequest, visit: Visit) -> bool:
    """Whether it may be told why: whoever is at the computer by now need not be."""
    if visit.refused == Why.NO_ROLE:  # said to who is signed in
        here = sessions.current(request)
        return here is not None and (visit.sign_in is None or visit.sign_in.profile_id == here.profile_id)
    return not visit.sign_in_id and not (visit.refused_authenticator_id and visit.is_over)


@mark
@require_http_methods(PAGE_METHODS)
def works(request: HttpRequest) -> HttpResponse:
    """POST: sign in with what was just added, to see that it works. GET: how that ended."""
    if request.method == "POST":
        return _try_it(request)
    visit = visits.found(request)
    session = sessions.current(request)
    if visit is None or visit.purpose != Visit.Purpose.WORKS or visit.sign_in is None:
        return redirect("sign-in")
    if session is None or session.profile_id != visit.sign_in.profile_id:  # on a computer that people share
        return redirect("sign-in")
    used = visit.sign_in.authenticator
    context = {
        "visit": visit,
        "authenticator": used,
        "reason": "works" if used.pk == visit.authenticator_id else "another",
    }
    return answers.show(request, "sign_in/works.html", page="sign-in-works", **context)


def _try_it(request: HttpRequest) -> HttpResponse:
    attempt = enrolling.current(request)
    added = attempt.authenticator_id if attempt and not attempt.is_over else None
    mine = Authenticator.objects.filter(pk=added).first() if added else None
    if mine is None:
        return redirect("sign-in")
    if not mine.usable(timezone.now()):
        return redirect("done", mine.pk)
    here = visitors.read(request)
    try:
        counting.hit_or_lock((limits.SIGN_IN_VISITS, here.address), room=here.room)
    except counting.Locked as locked:
        return answers.locked(request, locked.verdict, template=journey.LOCKED)
    about = {"profile_id": mine.profile_id, "authenticator_id": mine.pk, "kinds": [mine.kind]}
    visit = visits.begin(purpose=Visit.Purpose.WORKS, fresh=True, then="sign-in-works", **about)
    return visits.keep(redirect("sign-in"), visit)


@mark
@require_http_methods(PAGE_METHODS)
def sign_out(request: HttpRequest) -> HttpResponse:
    """POST: nobody is here any more. GET: say so, and why where it was not they who did it."""
    session = sessions.found(request)
    here = sessions.current(request)
    if request.method == "POST":
        if session:
            sessions.end(session=session, by=PERSON, reason=Ended.SIGNED_OUT)
            leaving.signed_out(request, session.profile_id)
        return redirect("sign-out")
    reason = session.why_dead(timezone.now()) if session else Ended.SIGNED_OUT.value
    over = session is not None and not session.resumes(timezone.now())
    untold = leaving.untold(session) if session and over else []
    context = {"reason": reason, "here": here, "untold": untold, "resumes": session is not None and not over}
    answer = answers.show(request, "sign_in/signed_out.html", page="signed-out", **context)
    if over:
        answer.delete_cookie(settings.HERE_COOKIE)
    return answer
