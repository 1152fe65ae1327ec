"""The pages of a code on paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from authenticators.paper import adding
from authenticators.paper.forms import CopyForm, TickForm
from authenticators.paper.kind import KIND
from authenticators.refusals import SHARED
from careid.errors import Refused
from careid.pages import answers
from enrolment import journey, pending
from enrolment.journey import Step, step
from enrolment.models import Attempt

STEPS = (
    Step("offered", "choose", lambda attempt: KIND.is_offered(attempt.verified_profile)),
    Step("paper", "paper:add", lambda attempt: bool(pending.read(attempt, KIND.slug))),
    Step("paper-copy", "paper:copy", lambda _: False),
)


@step("paper", then=STEPS)
def add(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    form = TickForm(request.POST) if request.method == "POST" else TickForm()
    if form.is_bound and form.is_valid():
        adding.begin(attempt=attempt)
        return redirect("paper:copy")
    return answers.show(request, "authenticators/paper/add.html", page="paper", attempt=attempt, form=form)


@step("paper-copy", then=STEPS)
def copy(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    form = CopyForm(request.POST) if request.method == "POST" else CopyForm()
    if form.is_bound and form.is_valid():
        try:
            return redirect("done", adding.finish(attempt=attempt, code=form.cleaned_data["code"]).pk)
        except Refused as refused:
            answer = journey.after_refusal(request, attempt, refused.reason, shared=SHARED, kind=KIND)
            if answer:
                return answer
            form.add_error("code", "That is not the code. Copy it from your paper, letter by letter")
    context = {"form": form, "code": pending.read(attempt, KIND.slug)["code"]}
    return answers.show(request, "authenticators/paper/copy.html", page="paper-copy", attempt=attempt, **context)
