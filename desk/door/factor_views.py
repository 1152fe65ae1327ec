"""The pages on which a factor is added or removed: the first, with an invitation, and those of whoever is in."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from authenticators.passkey.scripts import in_script
from authenticators.totp import otp
from authenticators.totp.forms import CODE_WORDS
from careid.errors import Refused
from careid.pages import qr
from desk.door import factor_adding, factors, passkeys, sessions
from desk.door.forms import CodeForm
from desk.door.views import no_invitation, page_methods, show
from desk.door.words import NOT_ADDED, NOT_REMOVED


@page_methods
def first_factor(request: HttpRequest) -> HttpResponse:
    form, notice = _code_form(request), ""
    if factor_adding.ceremony(request):
        added, notice = _take(request, form)
        if added:
            return redirect("admin:index")
    begun = factor_adding.ceremony(request)  # another browser may have finished it meanwhile
    if begun is None:
        return no_invitation(request)
    user, app = begun.invitation.user, _app(request, begun.invitation.user)
    context = {"options": _options(request, user), "app": app, "name": user.username, "notice": notice}
    form_shown = form if app else None
    return show(request, "admin/first_factor.html", page="desk-first-factor", form=form_shown, **context)


@page_methods
def my_factors(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not sessions.is_fresh(request):
        return sessions.ask_again(request)
    if request.method == "POST":
        _say(request, lambda: factors.remove(user=user, factor=request.POST.get("remove", "")), "It was removed.")
        return redirect("admin:factors")
    context = {"factors": [factors.shown(device) for device in factors.listed(user)], "app_allowed": settings.ADMIN_APP}
    return show(request, "admin/factors.html", page="desk-factors", **context)


@page_methods
def add_passkey(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not sessions.is_fresh(request):
        return sessions.ask_again(request)
    added, notice = _take(request, CodeForm())
    if added:
        return redirect("admin:factors")
    context = {"options": _options(request, user), "notice": notice}
    return show(request, "admin/add_passkey.html", page="desk-add-passkey", **context)


@page_methods
def add_app(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not settings.ADMIN_APP:
        return redirect("admin:factors")
    if not sessions.is_fresh(request):
        return sessions.ask_again(request)
    if request.method != "POST" or not factor_adding.app_key(request):
        factor_adding.new_app_key(request)
    form = _code_form(request)
    added, notice = _take(request, form)
    if notice:
        messages.error(request, notice)
    if added or notice:
        return redirect("admin:factors")
    app = _app(request, user)
    return show(request, "admin/add_app.html", page="desk-add-app", form=form, app=app, name=user.username)


def _code_form(request: HttpRequest) -> CodeForm:
    return CodeForm(request.POST if request.method == "POST" and settings.ADMIN_APP else None)


def _take(request: HttpRequest, form: CodeForm) -> tuple[bool, str]:
    """Add the factor that was posted, if one was: whether it is there now, and where it was refused, why."""
    try:
        if "credential" in request.POST:
            passkeys.add(request, credential=request.POST["credential"])
            return True, ""
        return _take_app(request, form), ""
    except Refused as refused:
        return False, NOT_ADDED[refused.reason]


def _take_app(request: HttpRequest, form: CodeForm) -> bool:
    if not (form.is_bound and form.is_valid()):
        return False
    key = factor_adding.app_key(request)
    step = otp.accepted_step(key, form.cleaned_data["code"], timezone.now())
    if step is None:
        form.add_error("code", CODE_WORDS["wrong"])
        return False
    factor_adding.finish(request, lambda owner: factors.add_app(user=owner, key=key, step=step))
    return True


def _options(request: HttpRequest, user: User) -> str:
    return in_script(passkeys.options_to_add(request, user=user))


def _app(request: HttpRequest, user: User) -> dict[str, str] | None:
    """The app that may be added, where apps will do."""
    if not settings.ADMIN_APP:
        return None
    key = factor_adding.app_key(request)
    address = otp.uri(key, account=user.username, issuer=f"Care ID desk {settings.ENVIRONMENT}".strip())
    return {"key": otp.groups(key), "uri": address, "qr_code": qr.drawn(address)}


def _say(request: HttpRequest, rule: Callable[[], None], done: str) -> None:
    try:
        rule()
    except Refused as refused:
        messages.error(request, NOT_REMOVED[refused.reason])
    else:
        messages.success(request, done)
