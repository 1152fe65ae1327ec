"""The endpoints that clients call themselves: no cookie is read, and each answer is JSON."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from careid.errors import Refused
from provider import access, authorizing, claims, clients, codes, discovery, levels, posted, signing, switch
from provider.client_auth import BadClient
from provider.models import Client
from provider.posted import Malformed

Endpoint = Callable[[Client, dict[str, str]], HttpResponse]
UNKEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}  # RFC 6749, 5.1
KEPT: Final = {"Cache-Control": "public, max-age=900"}
NO: Final = {
    codes.INVALID: "the code was used, is past its time, or is not for this request",
    "unsupported_grant_type": "grant_type must be authorization_code",
}


def _fault(status: int, error: str, description: str, headers: Mapping[str, str]) -> HttpResponse:
    told = {"error": error, "error_description": description}
    return JsonResponse(told, status=status, headers={**UNKEPT, **headers})


def of_client(view: Endpoint) -> Callable[[HttpRequest], HttpResponse]:
    """A POST by which a client proves who it is: the view gets the client and the form (RFC 6749, 3.2 and 5.2)."""

    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            form = posted.form(request)
            return view(clients.authenticated(request), form)
        except Malformed as bad:
            return _fault(HTTPStatus.BAD_REQUEST, "invalid_request", bad.description, {})
        except BadClient as bad:
            return _fault(bad.status, bad.error, bad.description, bad.headers)
        except signing.BadKeys as bad:
            return _fault(HTTPStatus.SERVICE_UNAVAILABLE, "temporarily_unavailable", f"the provider {bad}", {})
        except Refused as refused:
            return _fault(HTTPStatus.BAD_REQUEST, refused.reason, NO[refused.reason], {})

    return csrf_exempt(switch.on(require_POST(answered)))


@of_client
def access_token(client: Client, form: dict[str, str]) -> HttpResponse:
    """A code for an access token and an ID token (OpenID Connect Core 1.0, 3.1.3)."""
    [grant_type] = posted.needed(form, "grant_type")
    if grant_type != "authorization_code":
        raise Refused("unsupported_grant_type")
    code, redirect_uri = posted.needed(form, "code", "redirect_uri")
    verifier = form.get("code_verifier", "")
    given = codes.redeem(client=client, code=code, redirect_uri=redirect_uri, verifier=verifier)
    told = {
        "access_token": given.access_token,
        "token_type": "Bearer",
        "expires_in": given.expires_in,
        "scope": " ".join(given.scopes),
        "id_token": given.id_token,
    }
    return JsonResponse(told, headers=UNKEPT)


@of_client
def introspect(client: Client, form: dict[str, str]) -> HttpResponse:
    """What a token of the client's own is good for (RFC 7662, 2). Not for a client that proves nothing."""
    if client.is_public:
        raise BadClient("a client without credentials may not ask")
    [token] = posted.needed(form, "token")
    return JsonResponse(access.introspection(client=client, token=token), headers=UNKEPT)


@of_client
def revoke(client: Client, form: dict[str, str]) -> HttpResponse:
    """End a token of the client's own: the answer is the same where there is none (RFC 7009, 2.2)."""
    [token] = posted.needed(form, "token")
    access.revoke(client=client, token=token)
    return HttpResponse(headers=UNKEPT)


@csrf_exempt
@switch.on
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """The claims that an access token's scopes give (OpenID Connect Core 1.0, 5.3; RFC 6750, 3)."""
    try:
        token = posted.bearer(request)
    except Malformed as bad:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_request"'}
        return _fault(HTTPStatus.BAD_REQUEST, "invalid_request", bad.description, challenge)
    if not token:  # RFC 6750, 3.1: who showed nothing is told no error
        return JsonResponse({}, status=HTTPStatus.UNAUTHORIZED, headers={**UNKEPT, "WWW-Authenticate": "Bearer"})
    row = access.found(token)
    if row is None:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        return _fault(HTTPStatus.UNAUTHORIZED, "invalid_token", "the access token is not good", challenge)
    return JsonResponse(claims.userinfo(row), headers=UNKEPT)


def _public(view: Callable[[], dict[str, Any]]) -> Callable[[HttpRequest], HttpResponse]:
    """What anybody may read, for a quarter of an hour."""

    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        return JsonResponse(view(), headers=KEPT)

    return switch.on(require_safe(answered))


@_public
def jwks() -> dict[str, Any]:
    """The keys that sign (RFC 7517, 5)."""
    return {"keys": signing.published()}


@_public
def openid_configuration() -> dict[str, Any]:
    """What there is here (OpenID Connect Discovery 1.0, 4)."""
    return discovery.document(acr_values=levels.supported(authorizing.ways()))
