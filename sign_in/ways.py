"""The ways to sign in that a visit may use, as its page shows them: the one last used first."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from authenticators.kind import Kind
from authenticators.registry import KINDS
from careid.people.typed import email_address
from enrolment import journey as enrolling
from sign_in import sessions, visits
from sign_in.models import Visit

TWO_YEARS: Final = 63_072_000  # seconds: how long a browser keeps which way was used last


@dataclass(frozen=True)
class Way:
    """A kind on the page of the ways: its fragment of the page, and what that needs."""

    kind: Kind
    fragment: str
    of: dict[str, Any]


def usable(visit: Visit) -> list[Kind]:
    """The kinds that this visit may use, in the order offered."""
    return [kind for kind in KINDS.values() if _may_use(visit, kind)]


def _may_use(visit: Visit, kind: Kind) -> bool:
    way, is_asked = kind.sign_in, visit.purpose == Visit.Purpose.SERVICE
    if way is None or not way.is_set_up() or (way.for_services and not is_asked):
        return False
    return way.level >= visit.level and kind.slug in (visit.kinds or KINDS)


def address(request: HttpRequest, visit: Visit) -> str:
    """The address of whoever is to sign in, for its field; empty where this browser shows that person no more.

    They are signed in here, or have just added what they try: whoever comes to a shared computer next is not told. Of
    nobody in particular, it is what the service that asks has hinted at.
    """
    if visit.profile is None:
        return _hinted(visit)
    session, attempt = sessions.current(request), enrolling.current(request)
    here = session is not None and session.profile_id == visit.profile_id
    added = attempt.authenticator_id if attempt and not attempt.is_over else None
    return (visit.profile.email or "") if here or (added and added == visit.authenticator_id) else ""


def _hinted(visit: Visit) -> str:
    """The service's `login_hint` (OpenID Connect Core, 3.1.2.1), where it is an address: its visit began with it."""
    hint = str(visits.read(visit, "hint").get("email", ""))
    try:
        email_address(hint)
    except ValueError:
        return ""
    return hint


def shown(request: HttpRequest, visit: Visit, form: Any) -> list[Way]:
    """Each way with what its fragment needs: the one last used, then what leads to no other site.

    `form` is one that was refused, if any.
    """
    last = request.COOKIES.get(settings.WAY_COOKIE)
    ways = [(kind, way) for kind in usable(visit) if (way := kind.sign_in)]
    ways.sort(key=lambda one: (one[0].slug != last, not one[1].takes))
    return [Way(kind, way.fragment, _of(kind, request, visit, form)) for kind, way in ways]


def keep(response: HttpResponse, kind: str) -> HttpResponse:
    """Let the browser keep which way was used last, and nothing of whom."""
    response.set_cookie(
        settings.WAY_COOKIE, kind, max_age=TWO_YEARS, secure=settings.SECURE, httponly=True, samesite="Lax"
    )
    return response


def _of(kind: Kind, request: HttpRequest, visit: Visit, form: Any) -> dict[str, Any]:
    needs = kind.sign_in.context if kind.sign_in else ""
    made: dict[str, Any] = import_string(needs)(request, visit, form) if needs else {}
    return made
