"""The pages of a forgotten password: the address, the mailed code, the app's code, the new password."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from authenticators.models import Authenticator
from authenticators.totp import forgotten, new_password, whose
from authenticators.totp.forgotten import APP, CODE, DONE, PASSWORD, Entry
from authenticators.totp.forms import FORGOTTEN_WORDS, AddressForm, AppCodeForm, MailedCodeForm, PasswordForm
from authenticators.totp.kind import KIND
from authenticators.totp.whose import Whose
from careid.errors import Refused
from careid.limits import counting
from careid.pages import answers
from careid.serving import visitors
from sign_in import browser, journey, visits
from sign_in.journey import PAGE_METHODS, of_visit
from sign_in.models import Visit

View = Callable[..., HttpResponse]
PAGES: Final = {
    CODE: "totp:forgotten_code",
    APP: "totp:forgotten_app",
    PASSWORD: "totp:forgotten_password",
    DONE: "totp:forgotten_password",
}


def stage(*names: str) -> Callable[[View], View]:
    """Open a page to a visit that has come to one of these stages; any other is led to the page of its own.

    A form of another visit does nothing. Where too many were wrong, the page says until when.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            visit = visits.found(request)
            entry = forgotten.read(visit)
            if visit is None or entry.get("stage") not in names:
                return redirect(PAGES.get(entry.get("stage", ""), "totp:forgotten"))
            if request.method == "POST" and request.POST.get("visit") != str(visit.pk):
                return redirect(request.path)
            try:
                return visits.keep(view(request, visit, entry), visit)
            except counting.Locked as locked:
                return answers.locked(request, locked.verdict)

        return of_visit(require_http_methods(PAGE_METHODS)(guarded))

    return guard


@of_visit
@require_http_methods(PAGE_METHODS)
def start(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST) if request.method == "POST" else AddressForm(initial=answers.kept(request))
    if not (form.is_bound and form.is_valid()):
        return _start_page(request, form)
    written = form.cleaned_data["email"]
    try:
        visit = forgotten.ask(who=_who(request, form.address), written=written, instead=visits.current(request))
    except counting.Locked as locked:
        return answers.locked(request, locked.verdict)
    return visits.keep(redirect(PAGES[CODE]), visit)


@stage(CODE)
def code(request: HttpRequest, visit: Visit, entry: Entry) -> HttpResponse:
    form = MailedCodeForm(request.POST) if request.method == "POST" else MailedCodeForm(initial=answers.kept(request))
    if form.is_bound and form.is_valid():
        try:
            who = _who(request, entry["email"])
            forgotten.check_mailed(visit=visit, typed=form.cleaned_data["code"], who=who)
            return redirect(PAGES[APP])
        except Refused as no:
            form.add_error("code", FORGOTTEN_WORDS[no.reason])
    template = "authenticators/totp/forgotten_code.html"
    return answers.show(request, template, page="forgotten-code", form=form, visit=visit, written=entry["written"])


@stage(APP)
def app(request: HttpRequest, visit: Visit, entry: Entry) -> HttpResponse:
    if request.method != "POST" and entry["tries"] >= forgotten.TRIES_MOST:
        return redirect("totp:forgotten")  # no code would be looked at any more
    form = AppCodeForm(request.POST) if request.method == "POST" else AppCodeForm(initial=answers.kept(request))
    if form.is_bound and form.is_valid():
        try:
            who = _who(request, entry["email"])
            forgotten.check_app(visit=visit, typed=form.cleaned_data["code"], who=who)
            return redirect(PAGES[PASSWORD])
        except Refused as no:
            if no.reason == "wrong":
                form.add_error("code", FORGOTTEN_WORDS["wrong_app"])
            else:
                return _stopped(request, visit, no)
    template = "authenticators/totp/forgotten_app.html"
    return answers.show(request, template, page="forgotten-app", form=form, visit=visit)


@stage(PASSWORD, DONE)
def password(request: HttpRequest, visit: Visit, entry: Entry) -> HttpResponse:
    if entry["stage"] == DONE:
        return _done_page(request, visit)
    profile = new_password.whose(visit)
    if profile is None:
        return _start_page(request, AddressForm(), notice=FORGOTTEN_WORDS["gone"])
    form = PasswordForm(request.POST, profile=profile) if request.method == "POST" else PasswordForm(profile=profile)
    if form.is_bound and form.is_valid():
        try:
            new_password.change(visit=visit, password=form.cleaned_data["password"])
        except Refused as no:
            return _start_page(request, AddressForm(), notice=FORGOTTEN_WORDS[no.reason])
        return redirect(PAGES[DONE])
    template = "authenticators/totp/forgotten_password.html"
    return answers.show(request, template, page="forgotten-password", form=form, visit=visit)


def _who(request: HttpRequest, address: str) -> Whose:
    return whose.find(email=address, browser=browser.read(request), here=visitors.read(request))


def _start_page(request: HttpRequest, form: AddressForm, *, notice: str = "") -> HttpResponse:
    return answers.show(request, "authenticators/totp/forgotten.html", page="forgotten", form=form, notice=notice)


def _stopped(request: HttpRequest, visit: Visit, no: Refused) -> HttpResponse:
    """After five wrong codes of the app all begins again; a suspended app is told of to who has proved it theirs."""
    if no.reason == "suspended":
        one = Authenticator.objects.get(pk=no.facts["app"])
        return journey.refused(request, visit, no.reason, kind=KIND.slug, authenticator=one)
    return _start_page(request, AddressForm(), notice=FORGOTTEN_WORDS["five_apps"])


def _done_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    one = new_password.app_of(visit)
    held = one.usable_from > timezone.now()
    context: dict[str, Any] = {"authenticator": one, "reason": "held" if held else "changed", "visit": visit}
    return answers.show(request, "authenticators/totp/forgotten_done.html", page="forgotten-password", **context)
