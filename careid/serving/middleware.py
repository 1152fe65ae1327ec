"""What holds for every request and every response."""

import time
import uuid
from collections.abc import Callable
from typing import Final, cast

import structlog
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from careid.pages import answers
from careid.serving import metrics, uploads, visitors
from careid.trail.record import REQUEST_ID, Origin, browser_family, origin

log: structlog.stdlib.BoundLogger = structlog.get_logger("careid.request")
Handler = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = (
    "publickey-credentials-create=(self), publickey-credentials-get=(self), clipboard-write=(self), "
    + ", ".join(
        f"{feature}=()"
        for feature in ("camera", "microphone", "geolocation", "payment", "usb", "display-capture", "fullscreen")
    )
)
# The headers that are the same on each answer, whatever part of the chain gave it.
HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "same-origin",
    "Server": "Care ID",  # in place of the program's own name
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",  # a search engine would lead people to the middle of a journey
}
PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
UNDERSTOOD = ("GET", "HEAD", "POST")  # the rest is refused before anybody asks for a token
_REQUEST_ID = f"HTTP_{settings.REQUEST_ID_HEADER.upper().replace('-', '_')}"
URL_MOST = 8_000  # characters
HEADERS_MOST = 16_384  # bytes, of names and values
LENGTH_DIGITS = 12


def every_response(get_response: Handler) -> Handler:
    """Outermost: a request id in and out, the origin that events carry, one log line, and the headers."""

    def handle(request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        given = request.META.get(_REQUEST_ID, "")  # and not .headers, which reads them all
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        browser = browser_family(request.META.get("HTTP_USER_AGENT", ""))
        origin.set(Origin(visitors.read(request).network, browser, request_id))
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = get_response(request)
            _note(request, response, time.monotonic() - started)
        response.headers[settings.REQUEST_ID_HEADER] = request_id
        response.headers.setdefault("Cache-Control", "no-store")
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return handle


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """The request's line and its measure: a route by its name, so no word of the visitor's."""
    method = request.method if request.method in METHODS else "-"
    route = request.resolver_match.view_name if request.resolver_match else "-"
    metrics.answered(route, response.status_code, seconds)
    if request.path_info in PROBES and response.status_code < 400:
        return  # several a minute, and each the same
    log.info("answered", method=method, route=route, status=response.status_code, milliseconds=round(seconds * 1000))


def probed_by_address(get_response: Handler) -> Handler:
    """A probe comes by the machine's own address: on these paths, whose answers name no host, its Host isn't looked at.

    SECURE_REDIRECT_EXEMPT leaves the same three on plain http.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES:
            request.META["HTTP_HOST"] = settings.RP_ID
        return get_response(request)

    return handle


def sane_request(get_response: Handler) -> Handler:
    """Turn away, in the normal layout, what is too large or not text; give an empty refusal its page."""

    def handle(request: HttpRequest) -> HttpResponse:
        if status := _insane(request):
            return answers.error(request, status)
        if request.method not in UNDERSTOOD:
            return _not_allowed(request, ", ".join(UNDERSTOOD))
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            return _not_allowed(request, response.headers["Allow"])
        return response

    return handle


def _insane(request: HttpRequest) -> int:
    """The status of its refusal, 0 where there is nothing to refuse."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        return 400
    if request.META.get("HTTP_TRANSFER_ENCODING") and not request.META.get("CONTENT_LENGTH"):
        return 411  # RFC 9110, 15.5.12: without its length a body would be read as empty, and what was typed be lost
    if len(length) > LENGTH_DIGITS or int(length) > uploads.most(request):
        return 413
    headers = ((name, value) for name, value in request.META.items() if name.startswith("HTTP_"))
    if sum(len(name) + len(value) for name, value in headers) > HEADERS_MOST:
        return 431
    address = request.get_full_path()
    return 400 if "%00" in address or "\ufffd" in request.path or len(address) > URL_MOST else 0


def _not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    page = answers.error(request, 405)
    page.headers["Allow"] = allowed
    return page


def stock_admin(get_response: Handler) -> Handler:
    """The admin's own jQuery writes HTML: on its pages, and nowhere else, Trusted Types are not asked for."""
    relaxed = cast("Handler", csp_replace({"require-trusted-types-for": None})(get_response))
    return lambda request: (relaxed if request.path_info.startswith("/admin/") else get_response)(request)
