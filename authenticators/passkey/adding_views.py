"""Adding a passkey: instructions and where to keep it, then the browser's ceremony."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from authenticators.actions import SHARED
from authenticators.passkey import adding, ceremony, response
from authenticators.passkey.forms import CredentialForm, PlaceForm
from authenticators.passkey.kind import KIND
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
    form = CredentialForm(request.POST)
    if request.method == "POST":
        return _finish(request, attempt, form)
    if adding.challenge(attempt) is None:
        return _failed(request, attempt, "challenge_expired")
    context = {"options": adding.options(attempt), "place": pending.read(attempt, KIND.slug)["place"]}
    return answers.show(
        request, "authenticators/passkey/create.html", page="passkey-create", attempt=attempt, form=None, **context
    )


def _finish(request: HttpRequest, attempt: Attempt, form: CredentialForm) -> HttpResponse:
    typed = form.cleaned_data if form.is_valid() else {}
    if typed and not typed["credential"]:
        elapsed = adding.AT_ONCE if typed["elapsed_ms"] is None else typed["elapsed_ms"]
        reason = adding.failed(attempt=attempt, error=typed["error"], elapsed=elapsed)
        return _failed(request, attempt, reason)
    try:
        authenticator = adding.finish(attempt=attempt, credential=typed.get("credential", ""))
    except Refused as refused:
        answer = journey.after_refusal(request, attempt, refused.reason, shared=SHARED, kind=KIND)
        made = response.credential_id(typed.get("credential", ""))
        return answer or _failed(request, attempt, refused.reason, made)
    return redirect("done", authenticator.pk)


def _failed(request: HttpRequest, attempt: Attempt, reason: str, credential_id: str = "") -> HttpResponse:
    """The page of the very reason, with the one next step; the browser forgets a credential that was not kept."""
    context = {
        "page": "refused",
        "reason": reason,
        "attempt": attempt,
        "kind": KIND,
        "origin": settings.ORIGIN,
        "rp_id": settings.RP_ID,
        "credential_id": credential_id if reason == "verification_failed" else "",
        "place": pending.read(attempt, KIND.slug).get("place", "any"),
        "live": attempt.verified_profile.authenticators.live().filter(kind=KIND.slug),
    }
    return render(request, "authenticators/passkey/failed.html", context, status=422)


@open_to_all
@require_safe
def related_origins(request: HttpRequest) -> HttpResponse:
    """Where else these passkeys may be made (W3C Web Authentication, level 3, 5.11)."""
    if not settings.RELATED_ORIGINS:
        raise Http404
    return JsonResponse({"origins": [settings.ORIGIN, *settings.RELATED_ORIGINS]})
