"""The demo's sample service: a relying party on an origin of its own. It shows what it is told, and keeps it in memory.

It knows of Care ID what its client library reads from discovery, and shares nothing with the portal but this folder.
"""

import secrets
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string

from demo import service_told
from demo.service_client import Failed, RelyingParty, Told

if not settings.DEMO:
    raise ImportError("the sample service is for the demo alone")

COOKIE: Final = "sample-service"
KEPT_MOST: Final = 1_000  # browsers
STYLES: Final = {
    "/nhsuk.css": "wagtailnhsukfrontend/css/nhsuk-frontend-10.4.2.min.css",
    "/careid.css": "css/careid.css",
}
Kept = dict[str, Any]  # of a browser: what the library keeps, and `told` or `over`


class SampleService:
    """A WSGI application at http://localhost:<port>."""

    def __init__(self, *, party: RelyingParty, port: int = 0) -> None:
        self.party, self.port = party, port
        self.browsers: dict[str, Kept] = {}
        self.pages: dict[tuple[str, str], Callable[[HttpRequest], HttpResponse]] = {
            ("GET", "/"): self.home,
            ("GET", "/sign-in"): self.sign_in,
            ("GET", "/signed-in"): self.signed_in,
            ("POST", "/sign-out"): self.sign_out,
            ("GET", "/signed-out"): self.signed_out,
            ("POST", "/back-channel-logout"): self.hear,
            **{("GET", path): _style for path in STYLES},
        }

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        request = WSGIRequest(environ)
        page = self.pages.get((request.method or "", request.path), _missing)
        try:
            response = page(request)
        except Failed as no:
            response = self._page(HTTPStatus.BAD_REQUEST, failed=str(no))
        response.headers.setdefault("Cache-Control", "no-store")
        cookies = [("Set-Cookie", one.OutputString()) for one in response.cookies.values()]
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items(), *cookies])
        return response

    def home(self, request: HttpRequest) -> HttpResponse:
        """What was told of who is here; or the button, and why nobody is here any more."""
        kept = self._of(request)
        told: Told | None = kept.get("told")
        return self._page(told=told and service_told.page(told), over=kept.get("over"))

    def sign_in(self, request: HttpRequest) -> HttpResponse:
        self._read(request)
        answer = self.party.begin(request, self._address("/signed-in"))
        return self._keep(answer, request)

    def signed_in(self, request: HttpRequest) -> HttpResponse:
        """Back from Care ID. Whoever signed in gets a new cookie: nobody knows it who knew the one of before."""
        self._read(request)
        told = self.party.finish(request)
        self.browsers.pop(request.COOKIES.get(COOKIE, ""), None)
        vars(request)["session"] = {"told": told}
        return self._keep(HttpResponseRedirect("/"), request)

    def sign_out(self, request: HttpRequest) -> HttpResponse:
        """Here first, then at Care ID."""
        self._read(request)
        kept: Kept = vars(request)["session"]
        told: Told | None = kept.pop("told", None)
        return self.party.leave(request, told, self._address("/signed-out")) if told else HttpResponseRedirect("/")

    def signed_out(self, request: HttpRequest) -> HttpResponse:
        """Back from Care ID, by the button of here."""
        self._of(request).update(over="you")
        return HttpResponseRedirect("/")

    def hear(self, request: HttpRequest) -> HttpResponse:
        """Care ID says that somebody is signed out (Back-Channel Logout, 2.7 and 2.8)."""
        try:
            claims = self.party.signed_out(request.POST.get("logout_token", ""))
        except Failed as no:
            return JsonResponse({"error": "invalid_request", "error_description": str(no)}, status=400)
        of_whom = "sid" if claims.get("sid") else "sub"
        for kept in list(self.browsers.values()):
            told: Told | None = kept.get("told")
            if told and told.claims.get(of_whom) == claims[of_whom]:
                kept.pop("told", None)
                kept["over"] = "careid"
        return HttpResponse()

    def _of(self, request: HttpRequest) -> Kept:
        return self.browsers.get(request.COOKIES.get(COOKIE, ""), {})

    def _read(self, request: HttpRequest) -> None:
        """Give the library what this browser has, as the session that it expects."""
        vars(request)["session"] = self._of(request)

    def _keep(self, response: HttpResponse, request: HttpRequest) -> HttpResponse:
        """Keep what the library put there. The oldest browser is forgotten where there are too many."""
        kept = vars(request)["session"]
        token = next((name for name, one in self.browsers.items() if one is kept), "") or secrets.token_urlsafe(32)
        self.browsers[token] = kept
        if len(self.browsers) > KEPT_MOST:
            self.browsers.pop(next(iter(self.browsers)), None)
        response.set_cookie(COOKIE, token, httponly=True, samesite="Lax")
        return response

    def _address(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"

    def _page(self, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
        response = HttpResponse(render_to_string("demo/service.html", {"portal": settings.ORIGIN, **context}))
        response.status_code = status
        issuer = "{0.scheme}://{0.netloc}".format(urlsplit(self.party.issuer))
        response["Content-Security-Policy"] = (
            f"default-src 'none'; img-src data:; style-src 'self'; form-action 'self' {issuer}; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        response["Referrer-Policy"] = "no-referrer"
        return response


def _style(request: HttpRequest) -> HttpResponse:
    """The portal's style sheets, from where it has them."""
    found = finders.find(STYLES[request.path])
    if not found:
        return _missing(request)
    answer = HttpResponse(Path(str(found)).read_bytes(), content_type="text/css")
    answer["Cache-Control"] = "max-age=3600"
    return answer


def _missing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Nothing is here\n", status=404, content_type="text/plain")
