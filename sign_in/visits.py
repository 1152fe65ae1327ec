"""Visits: one try to sign in a browser, from its first POST on, for a quarter of an hour.

A page that is only looked at writes no row: its browser gets a token, and the row's id is made from that.
"""

from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from careid.storing import crypto
from careid.storing.fields import sealed_name
from careid.storing.prepared import Prepared
from sign_in import arriving, browser
from sign_in.models import Visit

Entry = dict[str, Any]
WITH: Final = ("profile__organisation", "sign_in__session", "sign_in__authenticator")


def found(request: HttpRequest) -> Visit | None:
    """The row of this browser's cookie, over or not; one query a request."""
    kept = vars(request)  # as long as the request
    if "visit" not in kept:
        token = browser.token(request, settings.VISIT_COOKIE)
        kept["visit"] = row = _of(token) if token else None
        if row:
            row.token, row.pressed = token, _pressed(request)
    visit: Visit | None = kept["visit"]
    return visit


def _of(token: str) -> Visit | None:
    return _BY_TOKEN.first(crypto.token_hash(token))


_BY_TOKEN: Final = Prepared(lambda token: Visit.objects.select_related(*WITH).filter(token_hash=token), b"a token's")


def current(request: HttpRequest) -> Visit:
    """The visit of this browser that goes on; else a new one, whose row `put` and `close` write."""
    kept = vars(request)
    if "visit_now" not in kept:
        row = found(request)
        token = "" if row else browser.token(request, settings.VISIT_COOKIE)
        kept["visit_now"] = row if row and not row.is_over else _new(token or browser.new_token())
    visit: Visit = kept["visit_now"]
    visit.pressed = _pressed(request)
    return visit


def _pressed(request: HttpRequest) -> str:
    """What a request brings: the fields of its address and form, which a second press brings again, and nobody else."""
    return f"{request.GET.urlencode()}&{request.POST.urlencode()}"


def _new(token: str, **fields: Any) -> Visit:
    pk = UUID(bytes=sha256(b"visit" + token.encode()).digest()[:16])
    visit = Visit(pk=pk, token_hash=crypto.token_hash(token), **fields)
    visit.token = token
    return visit


def begin(**fields: Any) -> Visit:
    """Start a visit that was asked for by more than a look. `fields` are those of its row."""
    visit = _new(browser.new_token(), **fields)
    visit.save(force_insert=True)
    return visit


def anew(request: HttpRequest) -> Visit:
    """Another visit in place of the browser's, to one's own account: what the first was for is over."""
    visit = vars(request)["visit_now"] = _new(browser.new_token())
    return visit


def keep(response: HttpResponse, visit: Visit) -> HttpResponse:
    """Give the browser the visit's token: a cookie without an age, for this site alone."""
    response.set_cookie(settings.VISIT_COOKIE, visit.token, secure=settings.SECURE, httponly=True, samesite="Lax")
    return response


def renew(*, visit: Visit, token: str) -> None:
    """Let a visit that has proved something begin anew, under the token that follows on `token`. Writes no row."""
    visit.token, visit.started_at = token, timezone.now()
    visit.token = next_token(visit)
    visit.token_hash = crypto.token_hash(visit.token)


def next_token(visit: Visit) -> str:
    """The token that follows on a visit's: made from a key, so that each of two presses gets the same one."""
    return crypto.tokens("visit token", str(visit.pk), visit.token)[0]


def read(visit: Visit, slug: str) -> Entry:
    """What a kind keeps with the visit between two requests; empty where it keeps nothing."""
    entry: Entry = (visit.pending or {}).get(slug, {})
    return entry


def put(*, visit: Visit, slug: str, entry: Entry) -> None:
    """Keep this entry of a kind with the visit, in place of one that it had. Writes the row where there is none."""
    if visit.is_new:
        visit.pending = {slug: entry}
        if _wrote(visit):
            return
    with transaction.atomic():
        row = Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
        visit.pending = row.pending = {**(row.pending or {}), slug: entry}
        row.save(update_fields=["pending"])


def _wrote(visit: Visit) -> bool:
    """Write the row of a new visit; False where another press has written it."""
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError:
        visit._state.adding = False  # noqa: SLF001  it is there
        return False
    return True


def take(*, visit: Visit, slug: str) -> Entry:
    """Take a kind's entry out, mostly in one statement: of two at once, one gets it and the other gets nothing."""
    entry, before = read(visit, slug), visit.__dict__.get(sealed_name("pending"))
    if not entry or before is None:
        return {}
    left = {name: kept for name, kept in visit.pending.items() if name != slug}
    sealed = Visit.pending.field.seal(left, visit)
    if arriving.swap(visit=visit, before=before, pending=sealed):
        visit.pending = left
        return entry
    with transaction.atomic():
        row = Visit.objects.select_for_update(no_key=True).get(pk=visit.pk)
        entry = read(row, slug)
        visit.pending = row.pending = {name: kept for name, kept in (row.pending or {}).items() if name != slug}
        row.save(update_fields=["pending"])
    return entry


def refuse(*, visit: Visit, reason: str, kind: str = "", authenticator_id: UUID | None = None) -> None:
    """Keep why somebody was not signed in, for the page that says so. The visit goes on: they may try again."""
    values = {"refused": reason, "refused_kind": kind, "refused_authenticator_id": authenticator_id}
    visit.refused, visit.refused_kind, visit.refused_authenticator_id = reason, kind, authenticator_id
    if not (visit.is_new and _wrote(visit)):
        Visit.objects.filter(pk=visit.pk).update(**values)


def close(*, visit: Visit, sign_in_id: UUID) -> bool:
    """End a visit with the sign-in that answers it, which the caller's transaction writes: of two at once, one does."""
    visit.ended_at, visit.pending, visit.sign_in_id = timezone.now(), None, sign_in_id
    if visit.is_new and _wrote(visit):
        return True
    return arriving.answer(visit=visit)


def end(*, visit: Visit) -> None:
    """Forget a visit that has let nobody in, with what waits in it."""
    Visit.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=timezone.now(), pending=None)
