"""The pages of the door: password, second factor, invitation; and the factors of whoever is in."""

from collections.abc import Callable
from typing import Any

import django_otp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods
from django_otp.models import Device

from authenticators.totp import otp
from authenticators.totp.forms import CODE_WORDS
from careid.errors import Refused
from careid.limits import counting, limits
from careid.pages import answers, qr
from desk.door import drafts, factor_adding, factors, guessing, invitations, sessions
from desk.door.forms import ChoosePasswordForm, CodeForm, SignInForm
from enrolment.journey import PAGE_METHODS

page_methods = require_http_methods(PAGE_METHODS)
REFUSED_WORDS = {
    "last": "This is the only way you have to sign in. Add another one first.",
    "limit": "You have as many as there can be. Remove one first.",
    "unknown": "That one is not there any more.",
}


@page_methods
@guessing.guarded
def sign_in(request: HttpRequest) -> HttpResponse:
    if sessions.verified_user(request):
        return redirect(sessions.next_page(request))
    form = SignInForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_bound and form.is_valid() and form.user:
        sessions.password_was_right(request, form.user)
        return redirect(f"{reverse('admin:second_factor')}?{urlencode({'next': sessions.next_page(request)})}")
    return answers.show(request, "admin/login.html", page="desk-sign-in", form=form, next=sessions.next_page(request))


@page_methods
@guessing.guarded
def second_factor(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    again = sessions.verified_user(request) is not None
    if again and sessions.is_fresh(request):
        return redirect(sessions.next_page(request))
    if not (user.is_authenticated and user.is_staff):
        return redirect(f"{reverse('admin:login')}?{urlencode({'next': sessions.next_page(request)})}")
    app = factors.app_of(user)
    form = CodeForm(request.POST if app and request.method == "POST" else None)
    if app and form.is_bound and form.is_valid():
        guessing.count(request, name=user.username)
        if device := django_otp.verify_token(user, app.persistent_id, form.cleaned_data["code"]):
            guessing.forgive(request, name=user.username)
            sessions.verified(request, device)
            return redirect(sessions.next_page(request))
        guessing.refused("code", name=user.username)
        form.add_error("code", "That is not the code your app shows now, or it was used before. Wait for the next one")
    passkeys = any(factors.kind(device) == factors.PASSKEY for device in factors.of(user))
    context = {"app": app, "passkeys": passkeys, "next": sessions.next_page(request), "again": again}
    return _show(request, "admin/second_factor.html", page="desk-second-factor", form=form, **context)


@page_methods
@guessing.guarded
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = invitations.find(token)
    if found is None:
        return _no_invitation(request)
    form = ChoosePasswordForm(request.POST if request.method == "POST" else None, user=found.user)
    if form.is_bound and form.is_valid():
        counting.hit_or_lock((limits.INVITED_PASSWORDS, str(found.pk)))  # each costs a hash
        factor_adding.begin(request, invitation=found, password=form.cleaned_data["password"])
        return redirect("admin:first_factor")
    context = {"name": found.user.username, "until": found.expires_at, "app_allowed": settings.ADMIN_APP}
    return answers.show(request, "admin/invitation.html", page="desk-invitation", form=form, **context)


@page_methods
def first_factor(request: HttpRequest) -> HttpResponse:
    begun = factor_adding.ceremony(request)
    if begun is None:
        return _no_invitation(request)
    return _app_page(request, begun.invitation.user, "admin/first_factor.html", page="desk-first-factor")


@page_methods
def stay(request: HttpRequest) -> HttpResponse:
    """How long the session lasts. A POST is somebody who stays; a look by a page's script is nobody."""
    return JsonResponse({"seconds": sessions.seconds_left(request)})


@page_methods
def left(request: HttpRequest) -> HttpResponse:
    """What a page had in its form when it closed by itself: back to that page, where it stands again."""
    if request.method == "POST":
        drafts.put_by(request)
    return redirect(drafts.page(request))


@page_methods
def my_factors(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not sessions.is_fresh(request):
        return sessions.ask_again(request)
    if request.method == "POST":
        _say(request, lambda: factors.remove(user=user, factor=request.POST.get("remove", "")), "It was removed.")
        return redirect("admin:factors")
    mine = [factors.shown(device) for device in factors.of(user)]
    context = {"factors": mine, "app_allowed": settings.ADMIN_APP}
    return _show(request, "admin/factors.html", page="desk-factors", **context)


@page_methods
def add_app(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not settings.ADMIN_APP:
        return redirect("admin:factors")
    if not sessions.is_fresh(request):
        return sessions.ask_again(request)
    if request.method != "POST" or not factor_adding.app_key(request):
        factor_adding.new_app_key(request)
    return _app_page(request, user, "admin/add_app.html", page="desk-add-app")


def _app_page(request: HttpRequest, user: User, template: str, *, page: str) -> HttpResponse:
    """A page with the key of an app to add, where apps will do, and the code that proves it."""
    form, key = CodeForm(request.POST if request.method == "POST" else None), factor_adding.app_key(request)
    if settings.ADMIN_APP and form.is_bound and form.is_valid():
        step = otp.accepted_step(key, form.cleaned_data["code"], timezone.now())
        if step is not None:
            return _finish(request, lambda owner: factors.add_app(user=owner, key=key, step=step))
        form.add_error("code", CODE_WORDS["wrong"])
    address = otp.uri(key, account=user.username, issuer=f"Care ID desk {settings.ENVIRONMENT}".strip())
    app = {"key": otp.groups(key), "uri": address, "qr_code": qr.drawn(address)} if settings.ADMIN_APP else None
    return _show(request, template, page=page, form=form if app else None, app=app, name=user.username)


def _show(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page that warns before the session of whoever is signed in ends."""
    return answers.show(request, template, seconds_left=sessions.time_left(request), **context)


def _finish(request: HttpRequest, make: Callable[[User], Device]) -> HttpResponse:
    first = factor_adding.ceremony(request) is not None
    try:
        factor_adding.finish(request, make)
    except Refused as refused:
        if first:
            return _no_invitation(request)
        messages.error(request, REFUSED_WORDS[refused.reason])
    return redirect("admin:index" if first else "admin:factors")


def _say(request: HttpRequest, rule: Callable[[], None], done: str) -> None:
    try:
        rule()
    except Refused as refused:
        messages.error(request, REFUSED_WORDS[refused.reason])
    else:
        messages.success(request, done)


def _no_invitation(request: HttpRequest) -> HttpResponse:
    """The same words for one that is used, too old, replaced or made up."""
    context = {"page": "desk-no-invitation"}
    return render(request, "admin/no_invitation.html", context, status=404)
