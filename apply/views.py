"""Apply for Care ID: the link, the mailed code, the details, and what comes of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from apply import codes, guard, inviters, links, opening, proving, routes, standing, submitting
from apply.forms import CODE_WORDS, ApplicantForm
from apply.models import CODES_MOST, Invitation
from careid.errors import Refused, counted
from careid.pages import answers
from careid.serving import visitors
from enrolment import journey
from enrolment.forms import CodeForm
from sign_in.journey import PAGE_METHODS, of_visit

TOLD_FROM = 2  # tries left from which a person is told how many


@of_visit
@require_http_methods(PAGE_METHODS)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it changes nothing: mail scanners open links. Pressing does."""
    invitation = links.find(token)
    if invitation is None:
        return guard.shut(request, "unknown")
    browser = guard.browser(request)
    reason = standing.shut(invitation)
    if reason == "submitted" and standing.is_of(invitation, browser):
        return redirect(guard.SENT)
    if request.method == "POST" and not reason:
        try:
            token = opening.open_(invitation=invitation, browser=browser, pressed=request.POST.urlencode())
            return guard.keep(redirect(guard.CODE), token)
        except Refused as refused:
            reason = refused.reason
    if reason:
        return guard.shut(request, reason, invitation)
    context = {"invitation": invitation, "inviter": inviters.of(invitation)}
    return answers.show(request, "apply/link.html", page=guard.LINK, **context)


@guard.at(guard.CODE)
def code(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm(initial=answers.kept(request))
    if form.is_bound and form.is_valid():
        digits = form.cleaned_data["code"]
        try:
            token = proving.check(invitation=invitation, browser=guard.browser(request), typed=digits)
            return guard.keep(redirect(guard.DETAILS), token)
        except Refused as refused:
            if refused.reason not in CODE_WORDS:
                return redirect(guard.CODE)  # whose guard tells what is so by now
            form.add_error("code", _why_not(invitation, refused.reason))
    return _code_page(request, invitation, form)


def _why_not(invitation: Invitation, reason: str) -> str:
    left = CODES_MOST - invitation.wrong
    reason = "few_left" if reason == "wrong" and left <= TOLD_FROM else reason
    return CODE_WORDS[reason].format(left=counted(left, "try", "tries"))


@guard.at(guard.CODE)
def code_again(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method != "POST":  # also where the form's token was stale
        return _code_page(request, invitation, CodeForm())
    try:
        opening.again(invitation=invitation, browser=guard.browser(request))
    except Refused as refused:
        if refused.reason in CODE_WORDS:
            words = CODE_WORDS[refused.reason].format(**refused.facts)
            return _code_page(request, invitation, CodeForm(), notice=words)
    return redirect(guard.CODE)


def _code_page(request: HttpRequest, invitation: Invitation, form: CodeForm, *, notice: str = "") -> HttpResponse:
    context = {"invitation": invitation, "inviter": inviters.of(invitation), "notice": notice}
    context |= {"wait": codes.wait(invitation), "left": codes.left(invitation)}
    return answers.show(request, "apply/code.html", page=guard.CODE, form=form, **context)


@guard.at(guard.DETAILS)
def details(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    kept = ApplicantForm.as_kept(answers.kept(request))
    form = ApplicantForm(request.POST) if request.method == "POST" else ApplicantForm(initial=kept)
    if form.is_bound and form.is_valid():
        begun = journey.current(request)
        try:
            token = submitting.submit(
                invitation=invitation,
                browser=guard.browser(request),
                details=form.details(),
                here=visitors.read(request),
                replaces=begun if begun and not begun.is_over else None,
            )
        except Refused:
            return redirect(guard.DETAILS)  # whose guard tells what is so by now
        return journey.keep(redirect(guard.SENT), token) if token else redirect(guard.SENT)
    context = {"invitation": invitation, "inviter": inviters.of(invitation)}
    return answers.show(request, "apply/details.html", page=guard.DETAILS, form=form, **context)


@guard.at(guard.SENT)
def sent(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """What comes next. A user id is shown as long as the attempt of who was found goes on in this browser alone."""
    context = {"invitation": invitation, "inviter": inviters.of(invitation), "routes": routes.ROUTES.values()}
    if invitation.state != Invitation.State.FOUND:
        return answers.show(request, "apply/sent.html", page=guard.SENT, **context)
    begun = journey.current(request)
    mine = begun if begun and begun.pk == invitation.pk and begun.under_way else None
    context |= {"attempt": mine, "reason": "found"}
    return answers.show(request, "apply/found.html", page=guard.SENT, **context)
