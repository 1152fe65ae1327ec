"""Who is signed in on this computer, for every page: asked for by the page that says so, and only with the cookie."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sign_in import sessions


def here(request: HttpRequest) -> dict[str, Any]:
    """`here`: the session of this browser, nothing where nobody is signed in."""
    return {"here": SimpleLazyObject(lambda: sessions.current(request))}
