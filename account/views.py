"""My account: what I sign in with, where I am signed in, and when I signed in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from account import history, mine
from authenticators import actions
from authenticators.forms import NameForm
from careid.limits import counting
from careid.pages import answers
from careid.trail.actors import PERSON
from sign_in import leaving, sessions
from sign_in.guard import signed_in
from sign_in.journey import PAGE_METHODS, mark, of_visit
from sign_in.models import Session
from sign_in.words import Ended


@mark
@require_safe
@signed_in
def account(request: HttpRequest, session: Session) -> HttpResponse:
    now = timezone.now()
    context = {
        "session": session,
        "authenticators": mine.authenticators(session.profile, now),
        "sessions": history.open_sessions(session, now),
        "sign_ins": history.newest(session),
    }
    return answers.show(request, "account/account.html", page="account", **context)


@of_visit
@require_http_methods(PAGE_METHODS)
@signed_in
def name(request: HttpRequest, session: Session, pk: UUID) -> HttpResponse:
    one = mine.found(session.profile, pk)
    kept = {"name": one.name, **answers.kept(request)}
    form = NameForm(request.POST) if request.method == "POST" else NameForm(initial=kept)
    if form.is_bound and form.is_valid():
        try:
            actions.rename(authenticator=one, name=form.cleaned_data["name"])
        except counting.Locked as locked:
            return answers.locked(request, locked.verdict)
        return redirect("account")
    context = {"session": session, "authenticator": one}
    return answers.show(request, "account/name.html", page="account-name", form=form, **context)


@mark
@require_POST
@signed_in
def end_session(request: HttpRequest, session: Session, pk: UUID) -> HttpResponse:
    """Sign out there. One that has ended meanwhile has ended."""
    there = get_object_or_404(Session.objects.select_related(*sessions.WITH), pk=pk, profile=session.profile)
    if here := there.pk == session.pk:
        leaving.signed_out(request, session.profile_id)
    sessions.end(session=there, by=PERSON, reason=Ended.SIGNED_OUT if here else Ended.ENDED)
    return redirect("sign-out" if here else "account")


@mark
@require_POST
@signed_in
def end_sessions(request: HttpRequest, session: Session) -> HttpResponse:
    """Sign out everywhere; with `but` filled in, everywhere else."""
    sessions.end_all(profile=session.profile, by=PERSON, reason=Ended.ENDED, but=session.pk)
    if request.POST.get("but"):
        return redirect("account")
    leaving.signed_out(request, session.profile_id)
    sessions.end(session=session, by=PERSON, reason=Ended.SIGNED_OUT)
    return redirect("sign-out")


@mark
@require_POST
@signed_in
def stay(request: HttpRequest, session: Session) -> HttpResponse:
    """More time: that somebody is here was noted on the way."""
    return redirect("account")
