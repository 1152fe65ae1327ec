"""Who are you: the start page, the details, the mailed code, and the pages around them."""

from typing import Any

from captcha.views import captcha_refresh
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from careid import crypto, limits, pages, visitors
from careid.errors import Refused
from enrolment import attempts, email_codes, identity, journey
from enrolment.forms import CODE_WORDS, CodeForm, DetailsForm
from enrolment.journey import open_to_all, step
from enrolment.models import Attempt


@open_to_all
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return pages.show(request, "enrolment/start.html", page="start")


@step("details")
def details(request: HttpRequest, attempt: Attempt | None) -> HttpResponse:
    here = visitors.read(request)
    if request.method != "POST":
        form = DetailsForm(initial=pages.kept(request))
    elif "another_picture" in request.POST:
        limits.hit_or_lock((limits.PICTURE_REFRESHES, here.address), room=here.room)
        form = DetailsForm(initial=request.POST.dict())
    else:
        form = DetailsForm(request.POST)
        if form.is_valid():
            return _identify(request, form.cleaned_data, attempt)
        if _was_sent_twice(form):
            return redirect("code")
        if form.picture_failed:
            limits.hit_or_lock((limits.PICTURE_FAILURES, here.address), room=here.room)
    limits.hit_or_lock((limits.START, here.address), room=here.room)
    return pages.show(request, "enrolment/details.html", page="details", form=form)


def _identify(request: HttpRequest, typed: dict[str, Any], attempt: Attempt | None) -> HttpResponse:
    """The same statements, writes and answer whoever is named."""
    email, nino = typed["address"], typed["national_insurance_number"]
    silenced = _count_submission(request, email, nino)
    found = identity.find(email=email, nino=nino)
    limits.hit((limits.CODE_SENDS_ALL, ""), (limits.DETAILS_FAILED, "matched" if found.profile else "failed"))
    new, token = attempts.begin(
        email=email,
        typed_email=typed["email"],
        nino=nino,
        found=found,
        silenced=silenced,
        picture=typed["captcha"][0] if "captcha" in typed else None,
        replaces=attempt if attempt and not attempt.is_over else None,
    )
    to = "problem" if settings.REVEAL_NO_MATCH and new.profile is None else "code"
    return journey.keep(redirect(to), token)


def _count_submission(request: HttpRequest, email: str, nino: str) -> bool:
    """Count one answer to the details under every limit; whether a silent one is over. Locked where another is."""
    here = visitors.read(request)
    pair = crypto.mac("pair", email, nino).hex()
    verdict = limits.hit_or_lock(
        (limits.DETAILS_ADDRESS, here.address),
        (limits.DETAILS_NETWORK, here.network),
        (limits.DETAILS_PAIR_HOUR, pair),
        (limits.DETAILS_PAIR_DAY, pair),
        (limits.CODE_SENDS_HOUR, pair),
        (limits.CODE_SENDS_DAY, pair),
        (limits.DETAILS_EMAIL_HOUR, email),
        (limits.DETAILS_EMAIL_DAY, email),
        (limits.DETAILS_NINO_HOUR, nino),
        (limits.DETAILS_NINO_DAY, nino),
        room=here.room,
    )
    return verdict.silenced


def _was_sent_twice(form: DetailsForm) -> bool:
    """Whether a moment ago the same picture let the same details through: the second of two presses."""
    typed = form.cleaned_data
    if not form.picture_failed:
        return False
    pair = crypto.mac("pair", typed["address"], typed["national_insurance_number"])
    lately = timezone.now() - journey.TOUCH
    return Attempt.objects.filter(picture=form.picture_failed, pair=pair, started_at__gt=lately).exists()


@step("code")
def code(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if attempt.verified_at:
        return redirect("choose")
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm(initial=pages.kept(request))
    if form.is_bound and form.is_valid():
        try:
            token = email_codes.check(attempt=attempt, typed=form.cleaned_data["code"])
        except Refused as refused:
            attempt.refresh_from_db()
            if attempt.verified_at:  # the first of two presses was right
                return redirect("choose")
            form.add_error("code", CODE_WORDS[refused.reason])
        else:
            return journey.keep(redirect("choose"), token)
    return _code_page(request, attempt, form)


@step("code", methods=("POST",))
def code_again(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    try:
        email_codes.again(attempt=attempt)
    except Refused as refused:
        return _code_page(request, attempt, CodeForm(), notice=CODE_WORDS[refused.reason].format(**refused.facts))
    return redirect("code")


def _code_page(request: HttpRequest, attempt: Attempt, form: CodeForm, *, notice: str = "") -> HttpResponse:
    wait = email_codes.wait(attempt.emailcode)
    return pages.show(request, "enrolment/code.html", page="code", attempt=attempt, form=form, wait=wait, notice=notice)


@open_to_all
@require_safe
def picture_refresh(request: HttpRequest) -> HttpResponse:
    """django-simple-captcha's own, with a limit on the rows that it makes."""
    here = visitors.read(request)
    verdict = limits.hit((limits.PICTURE_REFRESHES, here.address), room=here.room)
    return pages.locked(request, verdict) if verdict.locked else captcha_refresh(request)


@open_to_all
@require_safe
def problem(request: HttpRequest) -> HttpResponse:
    return pages.show(request, "enrolment/problem.html", page="problem", attempt=journey.current(request))


@open_to_all
@require_safe
def expired(request: HttpRequest) -> HttpResponse:
    """Says that nothing was added, or that something was and its ten minutes are over."""
    attempt = journey.current(request)
    added = attempt is not None and attempt.authenticator_id is not None
    return pages.show(request, "enrolment/expired.html", page="expired", reason="added" if added else "nothing_added")


@open_to_all
@require_POST
def restart(request: HttpRequest) -> HttpResponse:
    attempt = journey.current(request)
    if attempt:
        attempts.end(attempt=attempt, reason="restarted")
    response = redirect("start")
    response.delete_cookie(settings.ATTEMPT_COOKIE)
    return response


@open_to_all
@require_POST
def carry_on(request: HttpRequest) -> HttpResponse:
    """More time, as far as the hour goes; then back to the page that comes next."""
    attempt = journey.current(request)
    if attempt is None or attempt.is_over:
        return redirect("expired")
    journey.touch(attempt, least=journey.NO_TIME)
    return redirect("choose" if attempt.verified_at else "code")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show a form of the journey again, values kept and nothing done: signing in elsewhere changed the token."""
    match = request.resolver_match
    attempt = journey.current(request)
    name = match and getattr(match.func, "step", None)
    if match and name and (name == "details" or (attempt and not attempt.is_over)):
        request.kept = request.POST.dict()  # type: ignore[attr-defined]  # what pages.kept gives the form
        request.method = "GET"
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        if response.status_code == 403:  # noqa: PLR2004  the form, shown again
            return response
    return pages.error(request, 403)
