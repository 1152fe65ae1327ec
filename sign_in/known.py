"""Browsers in which a person has signed in: a stranger's wrong tries never lock those, and a new one is told of."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.utils import timezone

from careid.storing import crypto
from sign_in.models import KnownBrowser

# The time before is read as it was when the statement began.
_SEE: Final = """INSERT INTO sign_in_knownbrowser AS k (token_hash, profile_id, first_at, last_at)
    VALUES (%(hash)s, %(profile)s, %(now)s, %(now)s)
    ON CONFLICT (token_hash, profile_id) DO UPDATE SET last_at = excluded.last_at
    RETURNING (SELECT last_at FROM sign_in_knownbrowser WHERE token_hash = %(hash)s AND profile_id = %(profile)s)"""


def of(token_hash: bytes, since: datetime, *, profile: str) -> Exists:
    """The condition that this browser is known for the person whose key stands in the field `profile` of a query."""
    rows = KnownBrowser.objects.filter(profile=OuterRef(profile), last_at__gt=since)
    return Exists(rows.filter(token_hash=token_hash))


def since() -> datetime:
    """From when on a sign-in must be for its browser to be known."""
    return timezone.now() - settings.BROWSER_KNOWN


def see(*, token: str, profile_id: int) -> bool:
    """Note a sign-in of this person in this browser, in the caller's transaction. Whether it was seen of late."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_SEE, {"hash": crypto.token_hash(token), "profile": profile_id, "now": now})
        before: datetime | None = cursor.fetchone()[0]
    return before is not None and now - before < settings.BROWSER_NEW


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
