"""The pages of the door: password, second factor, invitation."""

from typing import Any

import django_otp
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from authenticators.passkey.scripts import in_script
from careid.errors import Refused
from careid.limits import counting, limits
from careid.pages import answers
from desk.door import drafts, factor_adding, factors, guessing, invitations, passkeys, sessions
from desk.door.forms import ChoosePasswordForm, CodeForm, SignInForm
from desk.door.words import NOT_PROVED
from enrolment.journey import PAGE_METHODS

page_methods = require_http_methods(PAGE_METHODS)


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
    if "credential" in request.POST:
        return _by_passkey(request, user)
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
    return _second_factor_page(request, form)


def _by_passkey(request: HttpRequest, user: User) -> HttpResponse:
    try:
        device = passkeys.use(request, user=user, credential=request.POST["credential"])
    except Refused as refused:
        return _second_factor_page(request, CodeForm(), notice=NOT_PROVED[refused.reason])
    sessions.verified(request, device)
    return redirect(sessions.next_page(request))


def _second_factor_page(request: HttpRequest, form: CodeForm, notice: str = "") -> HttpResponse:
    user: Any = request.user
    context = {"app": factors.app_of(user), "again": sessions.verified_user(request) is not None, "notice": notice}
    options = in_script(passkeys.options_to_use(request, user=user))
    context |= {"options": options, "next": sessions.next_page(request)}
    return show(request, "admin/second_factor.html", page="desk-second-factor", form=form, **context)


@page_methods
@guessing.guarded
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = invitations.find(token)
    if found is None:
        return no_invitation(request)
    form = ChoosePasswordForm(request.POST if request.method == "POST" else None, user=found.user)
    if form.is_bound and form.is_valid():
        counting.hit_or_lock((limits.INVITED_PASSWORDS, str(found.pk)))  # each costs a hash
        factor_adding.begin(request, invitation=found, password=form.cleaned_data["password"])
        return redirect("admin:first_factor")
    context = {"name": found.user.username, "until": found.expires_at, "app_allowed": settings.ADMIN_APP}
    return answers.show(request, "admin/invitation.html", page="desk-invitation", form=form, **context)


@page_methods
def stay(request: HttpRequest) -> HttpResponse:
    """How long the session lasts. A POST is somebody who stays; a look by a page's script is nobody."""
    return JsonResponse({"seconds": sessions.seconds_left(request)})


@require_safe
def inside(request: HttpRequest) -> HttpResponse:
    """204 where somebody is in, else 403: the proxy asks before it takes a file."""
    return HttpResponse(status=204 if sessions.verified_user(request) else 403)


@page_methods
def left(request: HttpRequest) -> HttpResponse:
    """What a page had in its form when it closed by itself: back to that page, where it stands again."""
    if request.method == "POST":
        drafts.put_by(request)
    return redirect(drafts.page(request))


def show(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page that warns before the session of whoever is signed in ends."""
    return answers.show(request, template, seconds_left=sessions.time_left(request), **context)


def no_invitation(request: HttpRequest) -> HttpResponse:
    """The same words for one that is used, too old, replaced or made up."""
    context = {"page": "desk-no-invitation"}
    return render(request, "admin/no_invitation.html", context, status=404)
