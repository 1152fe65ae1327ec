"""Stands in for the phones that the authenticator apps of the demo's people, and of its two admins, would be on."""

import os
from datetime import datetime
from typing import Any

import pyotp
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from authenticators.models import Authenticator
from authenticators.totp import otp
from authenticators.totp.kind import KIND
from careid.people.models import Profile
from demo import admins, env
from enrolment.journey import open_to_all


@open_to_all
@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    """The admins' code, and everybody who has an app."""
    _only_in_the_demo()
    found, now = admins.key(), timezone.now()
    shown = {"code": _code(found, now) if found else "", "seconds_left": _seconds_left(now)}
    if request.GET.get("format") == "json":
        return JsonResponse(shown)
    owners = Profile.objects.filter(authenticators__in=_apps()).distinct().order_by("given_name", "family_name", "pk")
    return render(request, "demo/phone.html", {"page": "phone", "owners": owners, **shown})


@open_to_all
@require_safe
def phone_of(request: HttpRequest, user_id: str) -> HttpResponse:
    """One person's apps, newest first: the code of each now, and the password that goes with it."""
    _only_in_the_demo()
    profile, now = get_object_or_404(Profile, user_id=user_id), timezone.now()
    apps = [_shown(app, now) for app in _apps().filter(profile=profile).order_by("-added_at")]
    if request.GET.get("format") == "json":
        return JsonResponse({"apps": apps, "seconds_left": _seconds_left(now)})
    context = {"page": "phone", "profile": profile, "apps": apps, "seconds_left": _seconds_left(now)}
    return render(request, "demo/phone_of.html", context)


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404


def _apps() -> Any:
    return Authenticator.objects.live().filter(kind=KIND.slug)


def _shown(app: Authenticator, now: datetime) -> dict[str, Any]:
    """`password` is the demo's own; empty where the person chose theirs."""
    made_up = os.environ.get(env.PASSWORD, "")
    is_it = check_password(made_up, app.material["password"])
    return {
        "name": str(app),
        "code": _code(app.material["key"], now),
        "password": made_up if is_it else "",
        "usable": app.usable(now),
    }


def _code(key: str, now: datetime) -> str:
    return pyotp.TOTP(key).at(now)


def _seconds_left(now: datetime) -> int:
    return otp.STEP - int(now.timestamp()) % otp.STEP
