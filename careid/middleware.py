"""What holds for every request and every response."""

import logging
import time
import uuid
from collections.abc import Callable
from typing import cast

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from careid import audit, pages, visitors

log = logging.getLogger("careid.request")
Handler = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = (
    "publickey-credentials-create=(self), publickey-credentials-get=(self), clipboard-write=(self), "
    + ", ".join(
        f"{feature}=()"
        for feature in (
            "camera",
            "microphone",
            "geolocation",
            "payment",
            "usb",
            "display-capture",
            "fullscreen",
        )
    )
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
URL_MOST = 8_000  # characters
LENGTH_DIGITS = 12


def every_response(get_response: Handler) -> Handler:
    """Outermost: a request id in and out, the origin that events carry, one log line, and the headers."""

    def handle(request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        given = request.headers.get(settings.REQUEST_ID_HEADER, "")
        request_id = given if audit.REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        browser = audit.browser_family(request.headers.get("User-Agent", ""))
        audit.origin.set(audit.Origin(visitors.read(request).network, browser, request_id))
        response = get_response(request)
        response.headers[settings.REQUEST_ID_HEADER] = request_id
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        match = request.resolver_match
        route = match.view_name if match else "-"
        log.info(
            "%s %s %s %.0f ms %s",
            request.method if request.method in METHODS else "-",
            route,
            response.status_code,
            (time.monotonic() - started) * 1000,
            request_id,
        )
        return response

    return handle


def sane_request(get_response: Handler) -> Handler:
    """Turn away, in the normal layout, what is too large or not text; give an empty refusal its page."""

    def handle(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return pages.error(request, 400)
        if len(length) > LENGTH_DIGITS or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return pages.error(request, 413)
        if "%00" in request.get_full_path() or "\ufffd" in request.path or len(request.get_full_path()) > URL_MOST:
            return pages.error(request, 400)
        response = get_response(request)
        if response.status_code == 405 and not response.content:  # noqa: PLR2004  method not allowed
            page = pages.error(request, 405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return handle


def stock_admin(get_response: Handler) -> Handler:
    """The admin's own jQuery writes HTML: on its pages, and nowhere else, Trusted Types are not asked for."""
    relaxed = cast("Handler", csp_replace({"require-trusted-types-for": None})(get_response))
    return lambda request: (relaxed if request.path_info.startswith("/admin/") else get_response)(request)
