"""What a token endpoint should not do."""

import time
from collections.abc import Callable, Iterator
from typing import Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse

HANGS: Final = 60  # seconds; longer than anybody should wait
HUGE: Final = 30 * 2**20  # bytes


def _slow() -> HttpResponseBase:
    time.sleep(HANGS)
    return HttpResponse(status=504)


def _drip() -> HttpResponseBase:
    def bytes_with_pauses() -> Iterator[bytes]:
        for _ in range(HANGS * 2):
            yield b" "
            time.sleep(0.5)

    return StreamingHttpResponse(bytes_with_pauses(), content_type="application/json")


def _huge() -> HttpResponseBase:
    block = b" " * 2**16
    return StreamingHttpResponse((block for _ in range(HUGE // len(block))), content_type="application/json")


def _error() -> HttpResponseBase:
    return HttpResponse("<h1>Service Unavailable</h1>", status=503)


def _garbage() -> HttpResponseBase:
    return HttpResponse("<!DOCTYPE html><title>Welcome to the captive portal</title>")


def _redirect() -> HttpResponseBase:
    return HttpResponseRedirect("http://169.254.169.254/", status=307)


BY_NAME: Final[dict[str, Callable[[], HttpResponseBase]]] = {
    "slow": _slow,
    "drip": _drip,
    "huge": _huge,
    "error": _error,
    "garbage": _garbage,
    "redirect": _redirect,
}
