"""Asking to be invited: for who has no profile and no invitation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from apply import asking
from apply.forms import AskForm
from careid.limits import counting
from careid.pages import answers
from careid.people.typed import one_line
from careid.serving import visitors
from enrolment.journey import open_to_all
from sign_in.journey import PAGE_METHODS, of_visit

PAGE = "apply-ask"


@of_visit
@require_http_methods(PAGE_METHODS)
def ask(request: HttpRequest) -> HttpResponse:
    """The page of an organisation names it by its code: `?organisation=RX1`."""
    named = {"organisation": one_line(request.GET.get("organisation", ""))[:12]}
    form = AskForm(request.POST) if request.method == "POST" else AskForm(initial=named | answers.kept(request))
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        try:
            asking.ask(organisation=asked["organisation"], name=asked["name"], here=visitors.read(request))
        except counting.Locked as locked:
            return answers.locked(request, locked.verdict, template="apply/ask_locked.html")
        return redirect("apply-asked")
    return answers.show(request, "apply/ask.html", page=PAGE, form=form)


@open_to_all
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    context = {"reason": "sent"}
    return answers.show(request, "apply/asked.html", page=PAGE, **context)
