"""A service's request that waits for its person: a row that this browser's visit finds, and that ends once."""

from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from provider import authorizing
from provider.authorizing import UNMET, Lack, Ready
from provider.levels import Met
from provider.models import Client, Request
from provider.parameters import Error
from provider.requests import Asked, NoRedirect
from sign_in import visits
from sign_in.models import Visit
from sign_in.words import Why

OUT_OF_REACH: Final = 9  # a level of no kind's: whoever comes by such a visit is shown no way to sign in
# Why nobody may sign in, whoever it is: the reason of the page that says so.
REFUSED: Final = {Lack.LEVEL: Why.LEVEL.value, Lack.NO_ROLE: Why.NO_ROLE.value}


def begin(*, asked: Asked, client: Client, lack: Lack, row: Request | None = None) -> Visit:
    """Begin the visit by which a person answers this request: a new row's, or that of one which waits already.

    NoRedirect where that one was answered meanwhile.
    """
    with transaction.atomic():
        if row is None:
            row = Request.objects.create(client=client, asked=asked.kept())
        elif not _open(row).exists():
            raise gone(row)
        return visits.begin(then_id=row.pk, **_visit(asked, client, lack))


def _visit(asked: Asked, client: Client, lack: Lack) -> dict[str, Any]:
    met = authorizing.wanted(asked, client) or Met((), OUT_OF_REACH)
    return {
        "purpose": Visit.Purpose.SERVICE,
        "kinds": list(met.kinds),
        "level": met.level,
        "fresh": asked.is_anew or asked.max_age is not None,
        "then": "provider:continue",
        "origin": origin(asked.redirect_uri),
        "client": client.client_id,
        "service": client.name,
        "refused": REFUSED.get(lack, ""),
        "pending": {"hint": {"email": asked.login_hint}} if asked.login_hint else {},
    }


def origin(address: str) -> str:
    """The origin of an address (RFC 6454, 4)."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def of(visit: Visit) -> tuple[Request, Asked]:
    """The request that this visit is to answer. NoRedirect where there is none, it is over, or its client is not on."""
    rows = Request.objects.select_related("client__service")
    row = rows.filter(pk=visit.then_id).first() if visit.then_id else None
    if row is None:
        raise NoRedirect("gone")
    if row.ended_at or timezone.now() - row.at >= settings.REQUEST_LIFE:
        raise gone(row)
    asked = Asked.of(row.asked)
    if not row.client.is_on:
        raise NoRedirect("client")
    if asked.redirect_uri not in row.client.redirect_uris:
        raise NoRedirect("redirect")
    return row, asked


def gone(row: Request) -> NoRedirect:
    """What a request says no with that was answered, or is over: its page leads back to where the service is."""
    client = row.client
    return NoRedirect("gone", service=client.name, home=client.service.address or origin(client.redirect_uris[0]))


def _open(row: Request) -> "QuerySet[Request]":
    return Request.objects.filter(pk=row.pk, ended_at=None)


def end(row: Request) -> None:
    """End a request. Of two at once one does: NoRedirect for the other."""
    if not _open(row).update(ended_at=timezone.now()):
        raise gone(row)


def give(*, row: Request, asked: Asked, ready: Ready) -> str:
    """End a request and return the address that gives the service its code: once, of two at once too."""
    with transaction.atomic():
        end(row)
        return authorizing.give(asked=asked, client=row.client, ready=ready)


def leave(*, row: Request, asked: Asked, visit: Visit) -> Error:
    """End a request whose person goes back without signing in. Returns what the service is told."""
    end(row)
    visits.end(visit=visit)
    if visit.refused == Why.LEVEL or authorizing.wanted(asked, row.client) is None:
        return asked.refused(UNMET, "no way to sign in that the person has is what was asked for")
    return asked.refused("access_denied", "the person went back")
