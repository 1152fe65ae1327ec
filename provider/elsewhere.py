"""Pages of other origins may ask these endpoints (the Fetch standard, 3.2): apps of a browser are public clients.

None of them reads a cookie, so whoever asks from elsewhere has no more than what they bring.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
ASKED: Final = frozenset(
    {"/access_token", "/userinfo", "/token/revoke", "/connect/jwk_uri", "/.well-known/openid-configuration"}
)
ANYWHERE: Final = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "WWW-Authenticate"}
BEFORE: Final = {
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Max-Age": "900",  # seconds
}


def readable(get_response: Handler) -> Handler:
    """Middleware: let a page of another origin read the answer, and know before it sends a header of its own."""
    asked = {f"{settings.ISSUER_PATH}{path}" for path in ASKED}

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path_info not in asked or not settings.SIGNING_KEYS:
            return get_response(request)
        before = request.method == "OPTIONS"
        answer = HttpResponse(status=204, headers=BEFORE) if before else get_response(request)
        for name, value in ANYWHERE.items():
            answer.headers[name] = value
        return answer

    return handle
