"""The page of a move, and the page of one person in it."""

from http import HTTPStatus
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from careid.errors import Refused, counted
from careid.limits import counting
from careid.pages import answers
from enrolment.journey import PAGE_METHODS, open_to_all
from moves import answering, applying, links, standing
from moves.forms import WORDS, AnswerForm, CallForm
from moves.models import Move, Person
from sign_in.journey import of_visit


@open_to_all
@require_safe
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """What changes, for everybody to read: nothing of any person is on it."""
    one = get_object_or_404(Move.objects.select_related("service").exclude(state=Move.State.DRAFT), slug=slug)
    return answers.show(request, "moves/move.html", page="moves", reason=one.state, **_dated(one))


@of_visit
@require_http_methods(PAGE_METHODS)
def person(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an email about a move. Opening it changes nothing: mail scanners open links; pressing does."""
    one = links.find(token)
    if one is None or one.move.state == Move.State.DRAFT:
        return _unknown(request)
    try:
        return _posted(request, one, token) if request.method == "POST" else _show(request, one, token)
    except counting.Locked as locked:
        return answers.locked(request, locked.verdict, template="moves/locked.html")
    except Refused as refused:
        return _unknown(request) if refused.reason == "unknown" else redirect("move", token)


def _posted(request: HttpRequest, one: Person, token: str) -> HttpResponse:
    if "apply" in request.POST:
        return redirect(applying.go_on(person=one) or request.path)
    if "take_back" in request.POST:
        answering.answer(person=one, answer=answering.NONE)
    elif request.POST.get("answer") == Person.Answer.KEEP_SMARTCARD:
        answering.answer(person=one, answer=Person.Answer.KEEP_SMARTCARD)
    else:
        calls = request.POST.get("answer") == Person.Answer.WANTS_CALL
        form = CallForm(request.POST) if calls else AnswerForm(request.POST)
        if not form.is_valid():
            return _show(request, one, token, form)
        typed = {"answer": Person.Answer.WANTS_CALL} | form.cleaned_data
        answering.answer(person=one, **typed)
    return redirect("move", token)


def _show(request: HttpRequest, one: Person, token: str, form: Form | None = None) -> HttpResponse:
    stands = standing.of(one)
    waits = stands.step == standing.Step.ASK and one.call == Person.Call.WANTED
    dated = _dated(one.move)
    context = {
        **dated,
        "person": one,
        "token": token,
        "stands": stands,
        "reason": stands.step,
        "by": not dated["late"] and stands.step in standing.BY_THE_LAST_DAY and not waits,
        "words": f"moves/steps/{stands.step}.html",
        "told": WORDS.get(one.answer, ""),
        "call_form": form if isinstance(form, CallForm) else CallForm(initial=answers.kept(request)),
        "answer_form": form if isinstance(form, AnswerForm) else AnswerForm(initial={"answer": one.answer}),
    }
    return answers.show(request, "moves/person.html", page="move", form=form, **context)


def _dated(move: Move) -> dict[str, Any]:
    """A move, and how its days stand today, in Europe/London."""
    today = timezone.localdate()
    left = move.days_left(today)
    words = counted(left, "more day") if left > 0 else "today is the last day"
    return {"move": move, "begun": move.starts_on <= today, "late": left < 0, "left": words}


def _unknown(request: HttpRequest) -> HttpResponse:
    context = {"page": "move", "reason": "unknown"}
    return render(request, "moves/unknown.html", context, status=HTTPStatus.NOT_FOUND)
