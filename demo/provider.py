"""The demo's stand-in for the NHS.net Connect sign-in: an OpenID provider on plain http, its state in memory alone.

It holds its client to the protocol as the real one does: PKCE, client secret, exact redirect address, single-use codes.
What it answers is compared with another provider in `tests/contract`.
"""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string

from demo import provider_accounts, provider_faults
from demo.provider_accounts import ACCOUNTS, BY_KEY, Account
from demo.provider_http import AUTHORITY
from demo.provider_rules import Client, Grant, Refused, check_client, check_sign_in
from demo.provider_tokens import Keys

if not settings.DEMO:
    raise ImportError("the stand-in sign-in is for the demo alone")

CODE_LIFE: Final = 60  # seconds


class Provider:
    """A WSGI application. `port` is where browsers find its pages; everything else is under the https name."""

    def __init__(self, *, tenant: str, client: Client, port: int = 0, authority: str = AUTHORITY) -> None:
        self.tenant, self.client, self.port = tenant, client, port
        self.base = f"{authority}/{tenant}"
        self.issuer = f"{self.base}/v2.0"
        self.keys = Keys()
        self.grants: dict[str, Grant] = {}
        self.seen: Counter[str] = Counter()  # requests by path, for tests
        self.pages: dict[tuple[str, str], Callable[[HttpRequest], HttpResponseBase]] = {
            ("GET", f"/{tenant}/v2.0/.well-known/openid-configuration"): self.discovery,
            ("GET", f"/{tenant}/discovery/v2.0/keys"): self.published,
            ("GET", f"/{tenant}/oauth2/v2.0/authorize"): self.authorize,
            ("POST", f"/{tenant}/oauth2/v2.0/authorize"): self.authorize,
            ("POST", f"/{tenant}/oauth2/v2.0/token"): self.token,
            ("GET", "/control/rotate"): self.rotate,
        }

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        request = WSGIRequest(environ)
        self.seen[request.path] += 1
        page = self.pages.get((request.method or "", request.path), _missing)
        response = page(request)
        response["Cache-Control"] = "no-store"
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response

    @property
    def browser(self) -> str:
        """Where browsers find its pages: an address and not localhost, so that the portal's cookies do not go there."""
        return f"http://127.0.0.1:{self.port}"

    def discovery(self, request: HttpRequest) -> HttpResponse:
        known = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.browser}/{self.tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{self.base}/oauth2/v2.0/token",
            "jwks_uri": f"{self.base}/discovery/v2.0/keys",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email"],
            "authorization_response_iss_parameter_supported": True,
        }
        return JsonResponse(known)

    def published(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(self.keys.published())

    def rotate(self, request: HttpRequest) -> HttpResponse:
        """A new key, and the old ones are gone at once."""
        self.keys.rotate(kept=1)
        return HttpResponse(status=204)

    def authorize(self, request: HttpRequest) -> HttpResponse:
        """The sign-in page, and where its button leads."""
        asked = request.GET.dict()
        if (asked.get("client_id"), asked.get("redirect_uri")) != (self.client.id, self.client.redirect_uri):
            return HttpResponse("AADSTS50011: unknown client or redirect address\n", status=400)  # and no way back
        try:
            check_sign_in(request)
        except Refused as refused:
            return self._back(asked, error=refused.error, error_description=refused.description)
        if request.method == "GET":
            return _page(self.client)
        account = BY_KEY.get(request.POST.get("account", ""))
        if account is None:
            return HttpResponse("No such account\n", status=400)
        if account.error:
            error, description = account.error
            return self._back(asked, error=error, error_description=description)
        return self._back(asked, **{"code": self._code(account, asked)} | account.back)

    def _code(self, account: Account, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(32)
        until = time.monotonic() + (0 if account.answer == "late" else CODE_LIFE)
        self.grants[code] = Grant(account, asked["redirect_uri"], asked["code_challenge"], asked["nonce"], until)
        return code

    def _back(self, asked: dict[str, str], **answer: str) -> HttpResponse:
        state = {"state": asked["state"]} if "state" in asked else {}
        words = urlencode({"iss": self.issuer} | state | answer)
        return HttpResponseRedirect(f"{asked['redirect_uri']}?{words}", status=303)

    def token(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.POST.dict()
        try:
            check_client(asked, self.client)
            grant = self._redeem(asked)
        except Refused as refused:
            return JsonResponse(refused.answer, status=refused.status)
        if fault := provider_faults.BY_NAME.get(grant.account.answer):
            return fault()
        return JsonResponse(self._tokens(grant))

    def _tokens(self, grant: Grant) -> dict[str, Any]:
        claims = provider_accounts.claims(
            grant.account, issuer=self.issuer, tenant=self.tenant, audience=self.client.id, nonce=grant.nonce
        )
        return {
            "token_type": "Bearer",
            "scope": "openid profile email",
            "expires_in": provider_accounts.HOUR,
            "access_token": secrets.token_urlsafe(32),
            "id_token": self.keys.sign(claims, grant.account.sign),
        }

    def _redeem(self, asked: dict[str, str]) -> Grant:
        """A code is spent by its first use, whatever comes of it."""
        if missing := [name for name in ("grant_type", "code", "redirect_uri") if not asked.get(name)]:
            raise Refused("invalid_request", f"AADSTS900144: {missing[0]} is missing.")
        if asked["grant_type"] != "authorization_code":
            raise Refused("unsupported_grant_type", "AADSTS70003: only authorization_code is supported.")
        grant = self.grants.pop(asked["code"], None)
        if grant is None:
            raise Refused("invalid_grant", "AADSTS9002313: The code is unknown or spent.")
        grant.check(asked)
        return grant


def _page(client: Client) -> HttpResponse:
    context = {"accounts": ACCOUNTS, "portal": client.redirect_uri}
    response = HttpResponse(render_to_string("demo/provider.html", context))
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(client.redirect_uri))
    response["Content-Security-Policy"] = (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self' {origin}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    response["Referrer-Policy"] = "no-referrer"
    return response


def _missing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Nothing is here\n", status=404, content_type="text/plain")
