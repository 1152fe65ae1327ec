"""Browsers in which a person has signed in: a stranger's wrong tries never lock those, and a new one is told of."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.utils import timezone

from careid.storing import crypto
from sign_in.models import KnownBrowser


def of(token_hash: bytes, since: datetime, *, profile: str) -> Exists:
    """The condition that this browser is known for the person whose key stands in the field `profile` of a query."""
    rows = KnownBrowser.objects.filter(profile=OuterRef(profile), last_at__gt=since)
    return Exists(rows.filter(token_hash=token_hash))


def is_of(word: str, profile_id: int) -> bool:
    """Whether this person has signed in in the browser that keeps this word."""
    return KnownBrowser.objects.filter(token_hash=crypto.token_hash(word), profile=profile_id).exists()


def since() -> datetime:
    """From when on a sign-in must be for its browser to be known."""
    return timezone.now() - settings.BROWSER_KNOWN


def keep(response: HttpResponse, token: str) -> HttpResponse:
    """Give the browser the word by which it is known again."""
    response.set_cookie(
        settings.KNOWN_COOKIE,
        token,
        max_age=settings.BROWSER_KNOWN,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
