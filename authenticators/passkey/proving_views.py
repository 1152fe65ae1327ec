"""Signing in with a passkey: its part of the page of the ways, its POST, and the page of why the browser used none."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from authenticators.passkey import proving
from authenticators.passkey.forms import CredentialForm
from authenticators.passkey.kind import KIND
from authenticators.passkey.scripts import in_script
from careid.errors import Refused
from careid.pages import answers
from careid.serving import visitors
from sign_in import journey, visits, ways
from sign_in.journey import entry, mark
from sign_in.models import Visit
from sign_in.words import Why


def fragment(request: HttpRequest, visit: Visit, form: Any = None) -> dict[str, Any]:
    """What `authenticators/passkey/sign_in.html` needs."""
    return {"request": in_script(proving.options(visit))}


@entry
def sign_in(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Always answer a POST with a redirect, so that Back and a reload work after a failure too."""
    if request.method != "POST":
        return _failed(request, visit, request.GET.get("reason", ""))
    form, here = CredentialForm(request.POST), visitors.read(request)
    typed: dict[str, Any] = form.cleaned_data if form.is_valid() else {"credential": "", "error": "unreadable"}
    if not typed["credential"]:
        found = proving.failed(error=typed["error"], elapsed=typed.get("elapsed_ms"), here=here)
        return redirect(f"{reverse('passkey:sign_in')}?reason={found}")
    try:
        proved = proving.prove(visit=visit, credential=typed["credential"], here=here)
        counted = (proving.counted(here),)
        return journey.finish(request, visit, proved.authenticator, proved.material, taking_back=counted)
    except Refused as no:
        reason = "timed_out" if no.reason == Why.SPENT else no.reason  # its count, by another press a moment before
        return journey.refused(request, visit, reason, kind=KIND.slug)


def _failed(request: HttpRequest, visit: Visit, reason: str) -> HttpResponse:
    """The page of one reason of the browser's, with the one next step."""
    if hasattr(request, "kept"):  # the form's token was stale
        return journey.page(request, visit)
    if reason not in proving.OF_BROWSER:
        return redirect("sign-in")
    kinds = ways.usable(visit)
    context = {
        "visit": visit,
        "reason": reason,
        "origin": settings.ORIGIN,
        "of": fragment(request, visit) if KIND in kinds else None,
        "others": [kind for kind in kinds if kind != KIND],
    }
    answer = answers.show(request, "authenticators/passkey/sign_in_failed.html", page="sign-in-passkey", **context)
    answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


@mark
@require_safe
def renew(request: HttpRequest) -> HttpResponse:
    """Request options with a new challenge, for a page that has been open for long. 409 where its visit is over."""
    visit = visits.current(request)
    if request.GET.get("visit") != str(visit.pk):
        return HttpResponse(status=HTTPStatus.CONFLICT)
    return HttpResponse(proving.options(visit), content_type="application/json")
