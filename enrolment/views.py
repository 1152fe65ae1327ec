"""Who are you: the start page, the details, the mailed code, and the pages around them."""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from careid.errors import Refused, counted
from careid.limits import counting, limits
from careid.pages import answers, passing
from careid.serving import visitors
from careid.storing import database
from enrolment import attempts, email_codes, identity, journey, picture, picture_views, submissions, verifying
from enrolment.attempts import Typed
from enrolment.forms import CODE_WORDS, CodeForm, DetailsForm
from enrolment.journey import open_to_all, step
from enrolment.models import Attempt

TOLD_FROM = 2  # tries left from which a person is told how many
SECOND_PRESS_LOOKS, SECOND_PRESS_WAIT = 4, 0.15  # seconds: how long the first of two presses may take


@open_to_all
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    attempt = journey.current(request)
    begun = attempt if attempt and attempt.under_way else None
    if begun is None and settings.HERE_COOKIE not in request.COOKIES:
        return answers.the_same_for_all(request, "enrolment/start.html", page="start")
    return answers.show(request, "enrolment/start.html", page="start", attempt=begun, under_way=begun)


@step("details")
def details(request: HttpRequest, attempt: Attempt | None) -> HttpResponse:
    here, browser = visitors.read(request), picture_views.browser(request)
    if request.method != "POST":
        form = DetailsForm(initial=answers.kept(request), here=here, browser=browser)
    elif "another_picture" in request.POST:
        counting.hit_or_lock((limits.PICTURE_REFRESHES, here.address), room=here.room)
        form = DetailsForm(initial=request.POST.dict(), here=here, browser=browser)
    else:
        form = DetailsForm(request.POST, here=here, browser=browser)
        if form.is_valid():
            return _identify(request, form.typed(), attempt)
        picture.check(here)  # the right answer was looked at as it was taken
        if form.picture_gone and (token := _second_press(form.typed())):
            return journey.keep(redirect("code"), token)
        if form.picture_failed:
            counting.hit_or_lock(picture.failures(here), room=here.room)
    counting.hit_or_lock((limits.START, here.address), room=here.room)
    begun = attempt if attempt and attempt.under_way else None
    context = {"attempt": begun, "under_way": begun and not form.is_bound}
    return answers.show(request, "enrolment/details.html", page="details", form=form, **context)


def _identify(request: HttpRequest, typed: Typed, attempt: Attempt | None) -> HttpResponse:
    """The same statements, writes and answer whoever is named."""
    found = identity.find(email=typed.address, nino=typed.nino)
    here = visitors.read(request)
    silent_until = submissions.count(address=typed.address, nino=typed.nino, found=found, here=here, sends=True)
    replaces = attempt if attempt and not attempt.is_over else None
    new, token = attempts.begin(typed=typed, found=found, silent_until=silent_until, replaces=replaces)
    to = "problem" if settings.REVEAL_NO_MATCH and new.profile is None else "code"
    return journey.keep(redirect(to), token)


def _second_press(typed: Typed) -> str | None:
    """A token, if the same picture let the same details through just now: the first press may not have ended yet."""
    for _ in range(SECOND_PRESS_LOOKS):
        if token := attempts.second_press(typed=typed):
            return token
        database.let_go()
        time.sleep(SECOND_PRESS_WAIT)
    return None


@step("code")
def code(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if attempt.verified_at:
        return redirect("choose")
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm(initial=answers.kept(request))
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data["code"]
        try:
            token = verifying.check(attempt=attempt, typed=typed)
        except Refused as refused:
            attempt.refresh_from_db()
            token = verifying.second_press(attempt=attempt, typed=typed) or ""
            form.add_error("code", _why_not(attempt, refused.reason))
        if token:
            return journey.keep(redirect("choose"), token)
    return redirect("choose") if attempt.verified_at else _code_page(request, attempt, form)


def _why_not(attempt: Attempt, reason: str) -> str:
    """What to say of a code that was refused: from the third wrong one on with how many tries are left."""
    left = verifying.TRIES_MOST - email_codes.tries(attempt) if reason == "wrong" else TOLD_FROM + 1
    if left <= TOLD_FROM:
        reason = "few_left" if left else "spent"
    return CODE_WORDS[reason].format(left=counted(left, "try", "tries"))


@step("code", methods=("POST",))
def code_again(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if attempt.verified_at:
        return redirect("choose")
    try:
        email_codes.again(attempt=attempt)
    except Refused as refused:
        return _code_page(request, attempt, CodeForm(), notice=CODE_WORDS[refused.reason].format(**refused.facts))
    return redirect("code")


def _code_page(request: HttpRequest, attempt: Attempt, form: CodeForm, *, notice: str = "") -> HttpResponse:
    wait = email_codes.wait(attempt.emailcode)
    return answers.show(
        request, "enrolment/code.html", page="code", attempt=attempt, form=form, wait=wait, notice=notice
    )


@open_to_all
@require_safe
def problem(request: HttpRequest) -> HttpResponse:
    return answers.show(request, "enrolment/problem.html", page="problem", attempt=journey.current(request))


@open_to_all
@require_safe
def expired(request: HttpRequest) -> HttpResponse:
    """Say that nothing was added; or, once its ten minutes are over, what became of what was added."""
    attempt = journey.current(request)
    if attempt and not attempt.is_over:
        return redirect("choose")
    added = attempt and attempt.authenticator_id
    reason = "nothing_added" if not added else "undone" if attempt and attempt.undone else "added"
    how = {"assisted": attempt and attempt.assisted_by, "vouched": attempt and attempt.session_id, "reason": reason}
    return answers.show(request, "enrolment/expired.html", page="expired", **how)


@open_to_all
@require_POST
def restart(request: HttpRequest) -> HttpResponse:
    attempt = journey.current(request)
    if attempt:
        attempts.end(attempt=attempt, reason="restarted")
    response = redirect("account" if attempt and attempt.session_id else "start")
    response.delete_cookie(settings.ATTEMPT_COOKIE)
    stopped = attempt and attempt.assisted_by and attempt.authenticator_id is None
    return passing.leave(response, passing.STOPPED) if stopped else response


@open_to_all
@require_POST
def carry_on(request: HttpRequest) -> HttpResponse:
    """More time, as far as the hour goes; then back to the page that comes next."""
    attempt = journey.current(request)
    if attempt is None or attempt.is_over:
        return redirect("expired")
    journey.see(attempt, least=journey.NO_TIME)
    return redirect("choose" if attempt.verified_at else "code")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show a form of the journey again, values kept and nothing done: signing in elsewhere changed the token."""
    vars(request)["kept"] = request.POST.dict()  # for `answers.kept`; read first, while no connection is held
    match, attempt = request.resolver_match, journey.current(request)
    name = match and getattr(match.func, "step", None)
    begun = name and (name == "details" or (attempt and not attempt.is_over))
    if match and (begun or getattr(match.func, "of_visit", False)):  # to sign in there is no attempt
        request.method = "GET"
        page = code if match.url_name == "code-again" else match.func
        response: HttpResponse = page(request, *match.args, **match.kwargs)
        if response.status_code == 403:
            return response
    return answers.error(request, 403)
