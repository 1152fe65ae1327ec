"""Signing in with an NHS.net Connect account: out to the sign-in, and what comes of the answer."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from authenticators.nhsnet import proving
from authenticators.nhsnet.kind import KIND
from careid.errors import Refused
from careid.pages import passing
from careid.serving import visitors
from sign_in import journey, ways
from sign_in.journey import entry
from sign_in.models import Visit


@entry
def sign_in(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A POST leaves for NHS.net. There is nothing to look at: the button stands on the page of the ways."""
    if request.method != "POST" or KIND not in ways.usable(visit):
        return redirect("sign-in")
    try:
        return redirect(proving.begin(visit=visit, here=visitors.read(request)))
    except Refused as refused:
        return journey.refused(request, visit, refused.reason, kind=KIND.slug)


def come_back(request: HttpRequest, visit: Visit, answer: Mapping[str, str]) -> HttpResponse:
    """Let in whoever the answer proves, or lead to the page of why not: always a redirect.

    Of two presses or tabs of one visit, the one that comes second goes where the first one led.
    """
    try:
        authenticator, material = proving.finish(visit=visit, answer=answer, here=visitors.read(request))
        return journey.finish(request, visit, authenticator, material)
    except Refused as refused:
        told = "timed_out" if refused.reason == "spent" else refused.reason
        return journey.after_another(visit) or journey.refused(request, visit, told, kind=KIND.slug)


def come_back_late(request: HttpRequest, visit: Visit | None) -> HttpResponse:
    """An answer to no flow of this browser: used, or begun elsewhere. Any link leads here, and no event tells of it."""
    if visit is None:
        return passing.leave(redirect("sign-in"), passing.AGAIN_HERE)
    return journey.again(visit) or journey.refused(request, visit, "timed_out", kind=KIND.slug)
