"""What the proxy in front lets through, asked as a visitor asks."""

import secrets
from typing import Final

import requests
from django.conf import settings

from careid.fetching.fetcher import Fetcher, Unreachable
from careid.finding import Amiss
from operating.checks import is_strict

SECONDS: Final = 8
DO: Final = "have it drop them (nginx: underscores_in_headers off), as docs/deploy.md says"


def drops_underscores() -> str:
    """To us `X_Forwarded_For` is `X-Forwarded-For` (CGI, RFC 3875, 4.1.18): who may send the one chooses the other."""
    if not is_strict():
        return "none is asked while trying out"
    mark = f"doctor-{secrets.token_hex(8)}"
    asking = {"headers": {settings.REQUEST_ID_HEADER.replace("-", "_"): mark}}  # the one header that comes back
    try:
        answer = Fetcher(requests.Session, 1).call("GET", f"{settings.ORIGIN}/healthz", SECONDS, **asking)
    except Unreachable:
        return "could not be asked from here"
    if {name.lower(): value for name, value in answer.headers.items()}.get("x-request-id") == mark:
        raise Amiss("it passes on names with an underscore: a visitor chooses the address that is counted", do=DO)
    return "it drops headers whose names have an underscore"
