"""The one address that NHS.net sends people back to: the flow, found by its `state`, knows what it was for."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from authenticators.nhsnet import adding_views, flows, proving, proving_views
from enrolment import journey
from enrolment.journey import open_to_all
from sign_in import visits


@open_to_all
@require_GET  # a HEAD must not redeem
def callback(request: HttpRequest) -> HttpResponse:
    """Always answer with a redirect, so that the code leaves the address bar.

    A sign-in is spent by the browser's own visit alone, and an account is added by its own attempt alone. Where it has
    neither for this `state`, what the state begins with, or which of the two there is, chooses the words and no more.
    """
    state, visit = request.GET.get("state", ""), visits.found(request)
    if visit and proving.knows(visit=visit, state=state):
        return proving_views.come_back(request, visit, _answer(request))
    if state.startswith(flows.SIGNING_IN) or (visit and journey.current(request) is None):
        return proving_views.come_back_late(request, visit)
    return adding_views.come_back(request, _answer(request))


def _answer(request: HttpRequest) -> dict[str, str]:
    """What came back. An answer that says a thing twice says nothing (RFC 6749, 3.1)."""
    twice = any(len(values) > 1 for _, values in request.GET.lists())
    return {} if twice else {name: str(value) for name, value in request.GET.items()}
