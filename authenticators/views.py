"""Choosing what to add, and the pages after it was added."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from authenticators import actions, reports
from authenticators.forms import ChooseForm, NameForm
from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.errors import Refused
from careid.limits import counting
from careid.pages import answers, passing
from careid.people.services import Service
from enrolment import attempts, journey
from enrolment.journey import PAGE_METHODS, afterwards, open_to_all, step
from enrolment.models import Attempt


@step("choose")
def choose(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    profile = attempt.verified_profile
    offered = [kind for kind in KINDS.values() if kind.is_offered(profile)]
    live = profile.authenticators.live().by_kind()
    full = [kind for kind in offered if live[kind.slug] >= kind.most]
    kinds = [kind for kind in offered if kind not in full]
    form = ChooseForm(
        request.POST if request.method == "POST" else None, initial=answers.kept(request), kinds=kinds, live=live
    )
    if form.is_bound and form.is_valid():
        return redirect(KINDS[form.cleaned_data["kind"]].url)
    context = {"attempt": attempt, "kinds": kinds, "full": full}
    return answers.show(request, "authenticators/choose.html", page="choose", form=form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@afterwards
def done(request: HttpRequest, attempt: Attempt, pk: UUID) -> HttpResponse:
    authenticator = get_object_or_404(Authenticator.objects.select_related("profile__organisation"), pk=pk)
    form = (
        NameForm(request.POST)
        if request.method == "POST"
        else NameForm(initial={"name": authenticator.name, **answers.kept(request)})
    )
    usable = authenticator.usable(timezone.now())
    if form.is_bound and form.is_valid():
        return _named(request, attempt, authenticator, form.cleaned_data["name"])
    context = {"authenticator": authenticator, "services": Service.shown(), "attempt": attempt, "usable": usable}
    context["kind"] = KINDS[authenticator.kind]
    return answers.show(request, "authenticators/done.html", page="done", form=form, **context)


def _named(request: HttpRequest, attempt: Attempt, authenticator: Authenticator, name: str) -> HttpResponse:
    try:
        if authenticator.state == authenticator.State.ACTIVE:
            actions.rename(authenticator=authenticator, name=name, attempt=attempt)
    except counting.Locked as locked:
        return answers.locked(request, locked.verdict, reference=locked.reference)
    return redirect("done", authenticator.pk)


@require_http_methods(PAGE_METHODS)
@afterwards
def undo(request: HttpRequest, attempt: Attempt, pk: UUID) -> HttpResponse:
    """Ask first: what is removed does not come back."""
    authenticator = get_object_or_404(Authenticator.objects.select_related("profile__organisation"), pk=pk)
    if request.method == "POST":
        actions.undo(authenticator=authenticator, attempt=attempt)
    if request.method == "POST" or authenticator.state != authenticator.State.ACTIVE:
        return redirect("done", pk)
    context = {"attempt": attempt, "authenticator": authenticator}
    return answers.show(request, "authenticators/undo.html", page="undo", **context)


@require_POST
@afterwards
def finish(request: HttpRequest, attempt: Attempt, pk: UUID) -> HttpResponse:
    """Nothing more to do here: whoever comes to this browser next sees nothing of this person."""
    attempts.end(attempt=attempt, reason="finished")
    response = redirect("account") if attempt.session_id else passing.leave(redirect("start"), passing.FINISHED)
    response.delete_cookie(settings.ATTEMPT_COOKIE)
    return response


@require_POST
@afterwards
def another(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    try:
        token = attempts.another(attempt=attempt)
    except Refused as refused:
        return redirect("done", attempt.authenticator_id) if refused.reason == "no_address" else redirect("expired")
    except counting.Locked as locked:
        return answers.locked(request, locked.verdict, reference=attempt.reference)
    return journey.keep(redirect("code"), token)


@open_to_all
@require_http_methods(PAGE_METHODS)
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail about a change. Opening it changes nothing: mail scanners open links; pressing does."""
    try:
        told, made = reports.find(token)
        if request.method == "POST":
            reports.report(token=token)
            return redirect("not-me", token)
    except Refused as refused:
        return render(request, "authenticators/not_me.html", {"page": "not-me", "reason": refused.reason}, status=404)
    reason = "ask" if made is None else "closed" if made.closed_at else "reported"
    one = Authenticator.objects.filter(pk=told.authenticator_id).first() if told.authenticator_id else None
    context = {"page": "not-me", "reason": reason, "told": told, "one": one}
    return render(request, "authenticators/not_me.html", context)
