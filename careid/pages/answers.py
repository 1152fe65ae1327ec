"""Pages that any part may answer with: an error in the normal layout, a lock with its time of day."""

import sys
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

import psycopg
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction

from careid.limits import counting
from careid.pages import context as every_page
from careid.pages import passing

# Django's words and the driver's own, which the queue wraps; the last two Django takes for faults of ours.
AWAY: Final = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    IdleInTransactionSessionTimeout,
    ReadOnlySqlTransaction,
)


def show(request: HttpRequest, template: str, *, page: str, form: Any = None, **context: Any) -> HttpResponse:
    """A page of the journey. 422 where its form has errors or a `notice`, 403 where the form's token was stale."""
    stale = hasattr(request, "kept")
    wrong = context.get("notice") or (form is not None and form.is_bound and form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.FORBIDDEN if stale else HTTPStatus.OK
    told = {"stale": stale, "no_cookies": stale and settings.CSRF_COOKIE_NAME not in request.COOKIES}
    answer = render(request, template, {"page": page, "form": form, **told, **context}, status=status)
    return passing.said(request, answer)


def the_same_for_all(request: HttpRequest, template: str, *, page: str) -> HttpResponse:
    """A page with nothing of this visitor on it: it is rendered once, for the operator's words as they stand."""
    return passing.said(request, HttpResponse(_rendered(template, page, tuple(every_page.page(request).items()))))


@lru_cache(maxsize=16)
def _rendered(template: str, page: str, words: tuple[tuple[str, Any], ...]) -> str:
    return render_to_string(template, {"page": page, **dict(words)})


def kept(request: HttpRequest) -> dict[str, Any]:
    """What was typed into a form whose token was stale."""
    values: dict[str, Any] = getattr(request, "kept", {})
    return values


def error(request: HttpRequest, status: int, *, denied: bool = False) -> HttpResponse:
    """The page of a status, in plain words: nothing of the request is shown. `denied`: an account lacks the right."""
    desk = request.path.startswith("/admin/")
    begun = settings.ATTEMPT_COOKIE in request.COOKIES
    context = {"status": status, "page": "error", "reason": str(status), "desk": desk, "denied": denied, "begun": begun}
    context["here"] = None  # nothing is asked for a page of what went wrong
    return render(request, "error.html", context, status=status)


def locked(
    request: HttpRequest,
    verdict: counting.Verdict,
    *,
    reference: str = "",
    others: bool = False,
    template: str = "locked.html",
) -> HttpResponse:
    """429: which step is locked, until what time of day, and who can lift it. `others`: another kind can be added.

    `template` has the words, where those of adding something would not be true.
    """
    context = {
        "page": "locked",
        "reason": "registration_authority" if verdict.by_hand else "limit",
        "until": verdict.until,
        "seconds": verdict.seconds,
        "reference": reference,
        "others": others,
    }
    response = render(request, template, context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(verdict.seconds)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413. Where the desk's session could not be written, Django says that it was ended meanwhile."""
    if _is_away(exception):
        return _away(request)
    return error(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error(request, 403, denied=request.path.startswith("/admin/"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 where the database can't be used: nothing was done, and it may be there in a moment."""
    fault = sys.exc_info()[1]
    if isinstance(fault, DataError | ProgrammingError) and request.path.startswith("/admin/"):
        return error(request, 400)  # an address of the desk that asks what the database can't answer
    return _away(request) if _is_away(fault) else error(request, 500)


def _away(request: HttpRequest) -> HttpResponse:
    response = error(request, 503)
    response.headers["Retry-After"] = "10"
    return response


def _is_away(fault: BaseException | None) -> bool:
    """Postgres can't be reached, takes too long, is full, or only reads; queue and sessions have words of their own."""
    while fault is not None and not isinstance(fault, AWAY):
        fault = fault.__cause__ or fault.__context__
    return fault is not None


def refused(request: HttpRequest, reason: str, **context: Any) -> HttpResponse:
    """A rule's no, as a page of that reason with its next step."""
    return render(
        request, "refused.html", {"page": "refused", "reason": reason, **context}, status=HTTPStatus.FORBIDDEN
    )
