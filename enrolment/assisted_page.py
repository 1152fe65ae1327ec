"""The page of a link that the Registration Authority gave."""

import secrets
from http import HTTPStatus

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from careid.errors import Refused
from careid.pages import answers
from careid.pages.forms import PageForm, PlainCharField
from enrolment import assisted, journey
from enrolment.journey import PAGE_METHODS, open_to_all
from enrolment.models import Assisted

TYPED_MOST = 20


class SpokenCodeForm(PageForm):
    code = PlainCharField(
        label="Code that your Registration Authority tells you",
        help_text="It has 6 letters and numbers, like 7K4-Q2M",
        max_length=TYPED_MOST,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "nhsuk-input nhsuk-input--width-10"}
        ),
        error_messages={
            "required": "Enter the code that you are told",
            "max_length": "Enter the 6 letters and numbers",
        },
    )


@open_to_all
@require_http_methods(PAGE_METHODS)
def page(request: HttpRequest, token: str) -> HttpResponse:
    browser = request.COOKIES.get(settings.ASSISTED_COOKIE, "")
    form = SpokenCodeForm(request.POST) if request.method == "POST" else SpokenCodeForm(initial=answers.kept(request))
    try:
        found = assisted.find(token)
        if "opened" in request.POST:
            return _opened(found, browser)
        if form.is_bound and form.is_valid():
            browser = browser or secrets.token_urlsafe(32)
            return _prove(request, found, browser, form)
        reason = assisted.why_shut(found, browser)
        begun = journey.current(request)
        if reason == "used" and begun and begun.pk == found.attempt_id:
            return redirect("choose")
    except Refused as refused:
        reason = refused.reason
    return _show(request, reason, form=form)


def _opened(found: Assisted, browser: str) -> HttpResponse:
    """The page says so once somebody touches it: previews and scanners open links too, and touch nothing."""
    if not assisted.why_shut(found, browser):
        assisted.opened(assisted=found)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _prove(request: HttpRequest, found: Assisted, browser: str, form: SpokenCodeForm) -> HttpResponse:
    try:
        _, attempt_token = assisted.prove(assisted=found, browser=browser, typed=form.cleaned_data["code"])
    except Refused as refused:
        reason = refused.reason
        if reason == "wrong":
            form.add_error("code", "That is not the code. Ask them to say it again, letter by letter")
            reason = ""
        response = _show(request, reason, form=form)
    else:
        response = journey.keep(redirect("choose"), attempt_token)
    response.set_cookie(settings.ASSISTED_COOKIE, browser, secure=settings.SECURE, httponly=True, samesite="Lax")
    return response


def _show(request: HttpRequest, reason: str, *, form: SpokenCodeForm) -> HttpResponse:
    if not reason:
        return answers.show(request, "enrolment/assisted.html", page="assisted", form=form)
    status = 404 if reason == "unknown" else 200 if reason == "not_yet" else 403
    return render(request, "enrolment/assisted.html", {"page": "assisted", "reason": reason}, status=status)
