"""Which accounts have signed in from a browser before: a stranger who guesses at their names can't shut them out of it.

The cookie holds a random word, and a mark for each account that proved a factor here: a MAC over the word and the
account's name. The cookie opens nothing. It only says whose tries are counted apart from everybody else's.
"""

import hmac
import re
import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from careid.storing import crypto

MOST: Final = 8  # accounts of one browser, as on a desk that colleagues share
AGE: Final = timedelta(days=400)  # the longest that browsers keep a cookie
PURPOSE: Final = "desk browser"
MARK: Final = 32  # characters of a word and of a mark: 128 bits
COOKIE: Final = re.compile(rf"[0-9a-f]{{{MARK}}}(\.[0-9a-f]{{{MARK}}}){{1,{MOST}}}")


def known(request: HttpRequest, name: str) -> str:
    """This browser's word, where the account of this name signed in here before; else empty."""
    word, marks = _read(request)
    ours = _marks(word, name)
    return word if any(hmac.compare_digest(one, mark) for one in ours for mark in marks) else ""


def has_signed_in(request: HttpRequest, user: User) -> None:
    """Note it for the answer to this request, which `remember` gives the cookie."""
    vars(request)["signed_in_here"] = user.get_username()


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Put the account that proved a factor in this request first among those of the browser."""
    name = vars(request).get("signed_in_here", "")
    if not name:
        return
    word, marks = _read(request)
    word = word or secrets.token_hex(MARK // 2)
    ours = _marks(word, name)
    kept = [ours[0], *(mark for mark in marks if mark not in ours)][:MOST]
    response.set_cookie(
        settings.ADMIN_BROWSER_COOKIE,
        ".".join([word, *kept]),
        max_age=AGE,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    written = request.COOKIES.get(settings.ADMIN_BROWSER_COOKIE, "")
    word, *marks = written.split(".") if COOKIE.fullmatch(written) else [""]
    return word, marks


def _marks(word: str, name: str) -> list[str]:
    """The account's mark under each key, the newest first."""
    return [mac.hex()[:MARK] for mac in crypto.macs(PURPOSE, word, name)]
