"""What takes a sign-in of a moment ago: adding another, and removing one; and saying that a sign-in was not mine."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from account import adding, mine, removing
from authenticators import reports
from careid.errors import Refused
from careid.limits import counting, limits
from careid.pages import answers
from careid.serving import visitors
from careid.trail.actors import PERSON
from enrolment import journey as enrolling
from sign_in import guard, sessions, visits
from sign_in.guard import signed_in
from sign_in.journey import PAGE_METHODS, of_visit
from sign_in.models import Session, SignIn, Visit
from sign_in.words import Ended


@of_visit
@require_http_methods(PAGE_METHODS)
@signed_in
def add(request: HttpRequest, session: Session) -> HttpResponse:
    """POST begins it; GET is where a sign-in for it comes back to."""
    if request.method != "POST":
        context = {"session": session, "fresh": guard.is_fresh(session)}
        return answers.show(request, "account/add.html", page="account-add", **context)
    try:
        _count(request)
        token = adding.begin(session=session, replaces=enrolling.current(request))
    except counting.Locked as locked:
        return answers.locked(request, locked.verdict)
    except Refused:
        return _sign_in_once_more(session, then="account-add")
    return enrolling.keep(redirect("choose"), token)


@of_visit
@require_http_methods(PAGE_METHODS)
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask first: what is removed does not come back."""
    return _removed(request, pk) or _remove(request, pk=pk)


def _removed(request: HttpRequest, pk: UUID) -> HttpResponse | None:
    """The page of what this person has just removed: with the last one their session has ended too."""
    session = sessions.found(request)
    one = removing.just_removed(session, pk) if session else None
    if one is None:
        return None
    if request.method == "POST":
        return redirect("account-remove", pk)
    context = {"reason": "removed", "authenticator": one, "here": sessions.current(request)}
    context["removed"] = [f"authenticators/{one.kind}/removed.html", "account/removed_words.html"]
    return answers.show(request, "account/removed.html", page="account-remove", **context)


@signed_in
def _remove(request: HttpRequest, session: Session, pk: UUID) -> HttpResponse:
    one = mine.found(session.profile, pk)
    asked = removing.asked(session, one)
    if request.method != "POST":
        context = {"session": session, "authenticator": one, "asked": asked}
        return answers.show(request, "account/remove.html", page="account-remove", **context)
    try:
        _count(request)
        removing.remove(session=session, authenticator=one)
    except counting.Locked as locked:
        return answers.locked(request, locked.verdict)
    except Refused:
        about = {"purpose": Visit.Purpose.REMOVE, "authenticator_id": pk, "kinds": asked.kinds}
        return _sign_in_once_more(session, then="account-remove", then_id=pk, **about)
    return redirect("account-remove", pk)


def _count(request: HttpRequest) -> None:
    """Of what leaves a row, 300 in ten minutes from an address, as of signing in."""
    here = visitors.read(request)
    counting.hit_or_lock((limits.SIGN_IN_VISITS, here.address), room=here.room)


def _sign_in_once_more(session: Session, **fields: Any) -> HttpResponse:
    """Lead to a sign-in of this person that comes back to what they were about to do."""
    return visits.keep(redirect("sign-in"), visits.begin(profile=session.profile, fresh=True, **fields))


@of_visit
@require_http_methods(PAGE_METHODS)
@signed_in
def not_me(request: HttpRequest, session: Session, pk: UUID) -> HttpResponse:
    """Say that a sign-in was somebody else's: what the link of a mail about it does, with everybody signed out."""
    rows = SignIn.objects.select_related("authenticator").filter(profile=session.profile)
    sign_in = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        context = {"session": session, "sign_in": sign_in}
        return answers.show(request, "account/not_me.html", page="account-not-me", **context)
    reports.report_here(profile=session.profile, authenticator_id=sign_in.authenticator_id)
    sessions.end_all(profile=session.profile, by=PERSON, reason=Ended.NOT_ME)
    return redirect("sign-out")
