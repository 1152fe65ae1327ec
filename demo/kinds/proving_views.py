"""The part of the page of the ways that the mock kinds have, and what comes of a press on a name."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from authenticators.kind import Kind
from demo.kinds import proving
from sign_in import journey, ways
from sign_in.journey import entry
from sign_in.models import Visit


def fragment_of(kind: Kind) -> Callable[[HttpRequest, Visit, Any], dict[str, Any]]:
    """What the fragment needs: everybody who can be chosen."""

    def fragment(request: HttpRequest, visit: Visit, form: Any) -> dict[str, Any]:
        return {"ones": proving.offered(kind)}

    return fragment


def page_of(kind: Kind) -> Callable[..., HttpResponse]:
    """The view that a press on a name comes to. Nobody is signed in but by a kind that the visit may use."""

    @entry
    def sign_in(request: HttpRequest, visit: Visit) -> HttpResponse:
        chosen = request.POST.get(kind.slug, "") if kind in ways.usable(visit) else ""
        one = proving.prove(kind, chosen)
        return journey.finish(request, visit, one) if one else redirect("sign-in")

    return sign_in
