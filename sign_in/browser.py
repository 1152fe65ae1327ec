"""What a browser brings to a sign-in: the token of whoever is here, and the word by which it is known again."""

import re
import secrets
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of 256 bits


@dataclass(frozen=True)
class Browser:
    """The tokens of a request, each empty where the browser has none of ours."""

    session: str = ""
    known: str = ""


def new_token() -> str:
    """256 random bits, base64url."""
    return secrets.token_urlsafe(32)


def token(request: HttpRequest, cookie: str) -> str:
    """The token in this cookie, empty where there is none that can be one of ours."""
    written = request.COOKIES.get(cookie, "")
    return written if TOKEN.fullmatch(written) else ""


def read(request: HttpRequest) -> Browser:
    """The tokens that this request brings."""
    return Browser(session=token(request, settings.HERE_COOKIE), known=token(request, settings.KNOWN_COOKIE))
