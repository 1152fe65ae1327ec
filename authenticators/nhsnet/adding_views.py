"""Adding an NHS.net Connect account: instructions, out to the sign-in, and back."""

from collections.abc import Mapping
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from authenticators import actions
from authenticators.nhsnet import adding
from authenticators.nhsnet.forms import TickForm
from authenticators.nhsnet.kind import KIND
from authenticators.nhsnet.words import Why
from authenticators.refusals import SHARED
from careid.errors import Refused
from careid.pages import answers
from enrolment import journey
from enrolment.journey import Step, open_to_all, step
from enrolment.models import Attempt

STEPS = (
    # Where only the private beta is missing, the page itself says so.
    Step("offered", "choose", lambda attempt: KIND.is_offered(attempt.verified_profile) or _outside_beta(attempt)),
    Step("nhsnet", "nhsnet:add", lambda _: False),
)
# Each reason that a person is told, and the status of its page.
REASONS = {
    "already_yours": HTTPStatus.OK,
    "not_in_beta": HTTPStatus.FORBIDDEN,
    "unreachable": HTTPStatus.SERVICE_UNAVAILABLE,
    **dict.fromkeys(SHARED, HTTPStatus.FORBIDDEN),
    **dict.fromkeys(
        (
            *("linked_elsewhere", "wrong_tenant", "guest", "cancelled", "care_identity", "consent", "too_late"),
            *("state_unknown", "clock", "no_second_step", "conditional_access", "device_policy", "earlier"),
            *("unknown", "verification_failed"),
        ),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
}


def _outside_beta(attempt: Attempt) -> bool:
    organisation = attempt.verified_profile.organisation
    taking_part = organisation.takes_part and KIND.slug not in organisation.kinds_off
    return taking_part and bool(settings.NHSNET_CLIENT_ID) and not organisation.nhsnet_beta


@step("nhsnet", then=STEPS)
def add(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if _outside_beta(attempt):
        if request.method == "POST":
            actions.rejected(attempt=attempt, kind=KIND, reason=Why.NOT_IN_BETA)
        return _told(request, attempt, "not_in_beta")
    form = TickForm(request.POST) if request.method == "POST" else TickForm(initial=answers.kept(request))
    if form.is_bound and form.is_valid():
        try:
            return redirect(adding.begin(attempt=attempt))
        except Refused as refused:
            answer = journey.after_refusal(request, attempt, refused.reason, shared=SHARED, kind=KIND)
            return answer or _told(request, attempt, refused.reason)
    return answers.show(request, "authenticators/nhsnet/add.html", page="nhsnet", attempt=attempt, form=form)


def come_back(request: HttpRequest, answer: Mapping[str, str]) -> HttpResponse:
    """Add what the answer proves, or lead to the page of why not: always a redirect. Another browser has no attempt."""
    attempt = journey.current(request)
    if attempt is None or not (attempt.is_over or attempt.verified_at):
        return redirect("nhsnet:problem", "state_unknown")
    if already := journey.gone_on(attempt):
        return already
    try:
        return redirect("done", adding.finish(attempt=attempt, answer=answer).pk)
    except Refused as refused:
        return journey.meanwhile(attempt) or redirect("nhsnet:problem", refused.reason)


@open_to_all
@require_safe
def problem(request: HttpRequest, reason: str) -> HttpResponse:
    """The page of one reason. What was added stands on its confirmation, and not here."""
    if reason not in REASONS:
        raise Http404
    attempt = journey.current(request)
    if attempt and attempt.authenticator_id and not attempt.is_over:
        return redirect("done", attempt.authenticator_id)
    return _told(request, attempt, reason)


def _told(request: HttpRequest, attempt: Attempt | None, reason: str) -> HttpResponse:
    if reason in SHARED:
        return answers.refused(request, reason, attempt=attempt, kind=KIND)
    can_go_on = attempt is not None and attempt.verified_at is not None and not attempt.is_over
    context = {"page": "refused", "reason": reason, "attempt": attempt, "kind": KIND, "can_go_on": can_go_on}
    return render(request, "authenticators/nhsnet/failed.html", context, status=REASONS[reason])
