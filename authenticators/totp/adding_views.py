"""Adding an app: instructions and tick, password, then QR code and the app's first code."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from authenticators.refusals import SHARED
from authenticators.totp import adding, otp
from authenticators.totp.forms import CODE_WORDS, AppCodeForm, PasswordForm, TickForm
from authenticators.totp.kind import KIND
from authenticators.totp.words import Why
from careid.errors import Refused
from careid.pages import answers, qr
from enrolment import journey, pending
from enrolment.journey import Step, step
from enrolment.models import Attempt

STEPS = (
    Step("offered", "choose", lambda attempt: KIND.is_offered(attempt.verified_profile)),
    Step("totp", "totp:add", lambda attempt: bool(pending.read(attempt, KIND.slug).get("sole_access"))),
    Step("totp-password", "totp:password", lambda attempt: bool(pending.read(attempt, KIND.slug).get("password"))),
    Step("totp-app", "totp:app", lambda _: False),
)


@step("totp", then=STEPS)
def add(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    form = (
        TickForm(request.POST)
        if request.method == "POST"
        else TickForm(initial={**pending.read(attempt, KIND.slug), **answers.kept(request)})
    )
    if form.is_bound and form.is_valid():
        adding.tick(attempt=attempt)
        return redirect("totp:password")
    return answers.show(request, "authenticators/totp/add.html", page="totp", attempt=attempt, form=form)


@step("totp-password", then=STEPS)
def password(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    profile = attempt.verified_profile
    form = PasswordForm(request.POST, profile=profile) if request.method == "POST" else PasswordForm(profile=profile)
    if form.is_bound and form.is_valid():
        adding.set_password(attempt=attempt, password=form.cleaned_data["password"])
        return redirect("totp:app")
    return answers.show(request, "authenticators/totp/password.html", page="totp-password", attempt=attempt, form=form)


@step("totp-app", then=STEPS)
def app(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    form = AppCodeForm(request.POST) if request.method == "POST" else AppCodeForm(initial=answers.kept(request))
    if form.is_bound and form.is_valid():
        try:
            return redirect("done", adding.finish(attempt=attempt, code=form.cleaned_data["code"]).pk)
        except Refused as refused:
            answer = journey.after_refusal(request, attempt, refused.reason, shared=SHARED, kind=KIND)
            if answer:
                return answer
            if refused.reason in CODE_WORDS:
                form.add_error("code", CODE_WORDS[refused.reason].format(**refused.facts))
    if pending.read(attempt, KIND.slug)["keys"] > adding.KEYS_MOST:
        return _no_more_keys(request, attempt)
    return _app_page(request, attempt, form)


def _no_more_keys(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    context = {"page": "refused", "reason": Why.NO_MORE_KEYS, "attempt": attempt}
    return render(request, "authenticators/totp/no_more_keys.html", context, status=HTTPStatus.FORBIDDEN)


def _app_page(request: HttpRequest, attempt: Attempt, form: AppCodeForm) -> HttpResponse:
    issuer = f"Care Identity ({settings.ENVIRONMENT})" if settings.ENVIRONMENT else "Care Identity"
    account = attempt.verified_profile.email or attempt.verified_profile.user_id
    key = pending.read(attempt, KIND.slug)["key"]
    uri = otp.uri(key, account=account, issuer=issuer)
    context = {
        "issuer": issuer,
        "account": account,
        "key": otp.groups(key),
        "uri": uri,
        "qr_code": qr.drawn(uri),
    }
    return answers.show(request, "authenticators/totp/app.html", page="totp-app", attempt=attempt, form=form, **context)
