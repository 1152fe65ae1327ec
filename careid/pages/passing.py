"""A word of what happened, for the next page alone: it waits in a cookie for a minute, and shows itself once."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FINISHED, LOST, AGAIN, STOPPED, AGAIN_HERE = "finished", "lost", "again", "stopped", "again_here"
WORDS: Final = frozenset({FINISHED, LOST, AGAIN, STOPPED, AGAIN_HERE})
MINUTE: Final = 60


def leave(response: HttpResponse, word: str) -> HttpResponse:
    """Let the next page say this word of WORDS."""
    response.set_cookie(
        settings.PASSING_COOKIE, word, max_age=MINUTE, secure=settings.SECURE, httponly=True, samesite="Lax"
    )
    return response


def read(request: HttpRequest) -> str:
    """The word that waits, empty where none of ours does."""
    word = request.COOKIES.get(settings.PASSING_COOKIE, "")
    return word if word in WORDS else ""


def said(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page that has said it: the word is gone from the browser."""
    if settings.PASSING_COOKIE in request.COOKIES:
        response.delete_cookie(settings.PASSING_COOKIE)
    return response
