"""Stands in for the phone that the authenticator app of the demo's two admins would be on."""

import pyotp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from authenticators.totp import otp
from demo import people
from enrolment.journey import open_to_all


@open_to_all
@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    found, now = people.key(), int(timezone.now().timestamp())
    code = pyotp.TOTP(found).at(now) if found else ""
    shown = {"code": code, "seconds_left": otp.STEP - now % otp.STEP}
    if request.GET.get("format") == "json":
        return JsonResponse(shown)
    return render(request, "demo/phone.html", {"page": "phone", **shown})
