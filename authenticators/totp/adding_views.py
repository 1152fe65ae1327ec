"""Adding an app: instructions and tick, password, then QR code and the app's first code."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from authenticators.totp import adding, otp
from authenticators.totp.forms import CODE_WORDS, AppCodeForm, PasswordForm, TickForm
from authenticators.totp.kind import KIND
from authenticators.totp.words import Why
from careid.errors import Refused
from careid.pages import answers
from enrolment.journey import Step, step
from enrolment.models import Attempt

STEPS = (
    Step("offered", "choose", lambda attempt: KIND.is_offered(attempt.verified_profile)),
    Step("totp", "totp:add", lambda attempt: bool(adding.pending(attempt).get("sole_access"))),
    Step("totp-password", "totp:password", lambda attempt: bool(adding.pending(attempt).get("password"))),
    Step("totp-app", "totp:app", lambda _: False),
)


@step("totp", then=STEPS)
def add(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    form = (
        TickForm(request.POST)
        if request.method == "POST"
        else TickForm(initial={**adding.pending(attempt), **answers.kept(request)})
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
            authenticator = adding.finish(attempt=attempt, code=form.cleaned_data["code"])
        except Refused as refused:
            attempt.refresh_from_db()
            if attempt.authenticator_id:  # the first of two presses was right
                return redirect("done", attempt.authenticator_id)
            if attempt.is_over:
                return redirect("expired")
            if refused.reason not in CODE_WORDS:
                return _refused(request, attempt, refused.reason)
            form.add_error("code", CODE_WORDS[refused.reason].format(**refused.facts))
        else:
            return redirect("done", authenticator.pk)
    if adding.pending(attempt)["keys"] > adding.KEYS_MOST:
        return _refused(request, attempt, Why.NO_MORE_KEYS)
    return _app_page(request, attempt, form)


def _refused(request: HttpRequest, attempt: Attempt, reason: str) -> HttpResponse:
    if reason != Why.NO_MORE_KEYS:
        return answers.refused(request, reason, attempt=attempt, kind=KIND)
    context = {"page": "refused", "reason": reason, "attempt": attempt}
    return render(request, "authenticators/totp/no_more_keys.html", context, status=HTTPStatus.FORBIDDEN)


def _app_page(request: HttpRequest, attempt: Attempt, form: AppCodeForm) -> HttpResponse:
    issuer = f"Care Identity ({settings.ENVIRONMENT})" if settings.ENVIRONMENT else "Care Identity"
    account = attempt.verified_profile.email or attempt.verified_profile.user_id
    key = adding.pending(attempt)["key"]
    uri = otp.uri(key, account=account, issuer=issuer)
    context = {
        "issuer": issuer,
        "account": account,
        "key": otp.groups(key),
        "uri": uri,
        "qr_code": otp.qr_code(uri),
    }
    return answers.show(request, "authenticators/totp/app.html", page="totp-app", attempt=attempt, form=form, **context)
