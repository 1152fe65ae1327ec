"""The services of the demo that sign people in by Care ID, as the portal knows them, and the way to the sample one."""

import os
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from careid.people.services import Service
from demo import env, service_keys
from enrolment.journey import open_to_all
from provider.models import Client

NAME: Final = "Sample service"
CLIENT_ID: Final = "999999999999.apps.national"
SCOPES: Final = ("openid", "profile", "email", "nhsperson", "nationalrbacaccess", "associatedorgs", "selectedrole")


def origin(port: int | str) -> str:
    """Where the sample service is: cookies heed no port, so the portal's and its own have names of their own."""
    return f"http://localhost:{port}"


@open_to_all
@require_safe
def lead(request: HttpRequest) -> HttpResponse:
    """To the sample service."""
    port = os.environ.get(env.SERVICE_PORT, "")
    if not (settings.DEMO and port):
        raise Http404
    return redirect(f"{origin(port)}/")


def seed(port: int) -> None:
    """Register the sample service, or bring its row up to where it is and to the key that it has now."""
    here = origin(port)
    service, _ = Service.objects.update_or_create(
        name=NAME, defaults={"address": f"{here}/", "description": "Shows what a service is told of who signs in"}
    )
    values = {
        "service": service,
        "token_endpoint_auth_method": Client.Authentication.KEY,
        "token_endpoint_auth_signing_alg": service_keys.ALG,
        "jwks": service_keys.published(),
        "redirect_uris": [f"{here}/signed-in"],
        "post_logout_redirect_uris": [f"{here}/signed-out"],
        "backchannel_logout_uri": f"{here}/back-channel-logout",
        "scopes": list(SCOPES),
    }
    Client.objects.update_or_create(client_id=CLIENT_ID, defaults=values)
