"""Adding a passkey: instructions and where to keep it, then the browser's ceremony."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from authenticators.passkey import adding, browser, ceremony, origins
from authenticators.passkey.forms import CredentialForm, PlaceForm
from authenticators.passkey.kind import KIND
from authenticators.passkey.scripts import in_script
from authenticators.refusals import SHARED
from careid.errors import Refused
from careid.pages import answers
from enrolment import journey, pending
from enrolment.journey import Step, open_to_all, step
from enrolment.models import Attempt

STEPS = (
    Step("offered", "choose", lambda attempt: KIND.is_offered(attempt.verified_profile)),
    Step("passkey", "passkey:add", lambda attempt: "place" in pending.read(attempt, KIND.slug)),
    Step("passkey-create", "passkey:create", lambda _: False),
)


@step("passkey", then=STEPS)
def add(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    form = PlaceForm(request.POST) if request.method == "POST" else PlaceForm(initial=_initial(request, attempt))
    if form.is_bound and form.is_valid():
        try:
            adding.begin(attempt=attempt, place=form.cleaned_data["place"])
        except Refused as refused:
            return answers.refused(request, refused.reason, attempt=attempt, kind=KIND)
        return redirect("passkey:create")
    return answers.show(request, "authenticators/passkey/add.html", page="passkey", attempt=attempt, form=form)


def _initial(request: HttpRequest, attempt: Attempt) -> dict[str, object]:
    asked = request.GET.get("place")
    place = asked if asked in ceremony.PLACES else pending.read(attempt, KIND.slug).get("place")
    return {"place": place, **answers.kept(request)}


@step("passkey-create", then=STEPS)
def create(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if request.method == "POST":
        return _finish(request, attempt, CredentialForm(request.POST))
    if adding.challenge(attempt) is None:
        return redirect("passkey:problem", "challenge_expired")
    context = {"options": in_script(adding.options(attempt)), "place": pending.read(attempt, KIND.slug)["place"]}
    return answers.show(
        request, "authenticators/passkey/create.html", page="passkey-create", attempt=attempt, form=None, **context
    )


def _finish(request: HttpRequest, attempt: Attempt, form: CredentialForm) -> HttpResponse:
    """Always answer with a redirect, so that Back and a reload work after a failure too."""
    typed: dict[str, Any] = form.cleaned_data if form.is_valid() else {"credential": "", "error": "unreadable"}
    if not typed["credential"]:
        reason = adding.failed(attempt=attempt, error=typed["error"], elapsed=typed.get("elapsed_ms"))
        return redirect("passkey:problem", reason)
    try:
        return redirect("done", adding.finish(attempt=attempt, credential=typed["credential"]).pk)
    except Refused as refused:
        return journey.meanwhile(attempt) or redirect("passkey:problem", refused.reason)


@step("choose", methods=("GET", "HEAD"))
def problem(request: HttpRequest, attempt: Attempt, reason: str) -> HttpResponse:
    """The page of one reason, with the one next step; the browser forgets a credential that was not kept."""
    of_browser = reason in browser.ALL
    if not of_browser and reason not in {*adding.REFUSALS, *SHARED}:
        raise Http404
    unkept = None if of_browser else adding.unkept(attempt)  # the reason is the address's word alone
    context = {
        "reason": reason,
        "attempt": attempt,
        "kind": KIND,
        "origin": settings.ORIGIN,
        "rp_id": settings.RP_ID,
        "left": "" if unkept is None else "authenticators/passkey/left.html",
        "credential_id": unkept,
        "place": pending.read(attempt, KIND.slug).get("place", "any"),
        "live": attempt.verified_profile.authenticators.live().filter(kind=KIND.slug),
    }
    if reason in SHARED:
        return answers.refused(request, **context)
    return render(request, "authenticators/passkey/failed.html", {"page": "refused", **context}, status=422)


@open_to_all
@require_safe
def related_origins(request: HttpRequest) -> HttpResponse:
    """Where else these passkeys may be made (W3C Web Authentication, level 3, 5.11)."""
    if not settings.RELATED_ORIGINS:
        raise Http404
    return JsonResponse({"origins": origins.ours()})
