"""Who hears that it is over: each client that a session was used for, one job a session and client.

An idle session's clients hear nothing, since work in a service never touches our session (OpenID Connect Back-Channel
Logout 1.0). Statements of its own: the sessions of millions are joined by their indexes alone.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from procrastinate.contrib.django import app

from careid.fetching.fetcher import Fault
from careid.storing import database
from careid.trail.actors import SYSTEM
from careid.trail.names import EventName
from careid.trail.record import record
from provider.models import Logout
from sign_in.models import Session
from sign_in.words import Ended

TELL: Final = "provider.tell"  # the job, by its name: `provider.jobs` has it
QUEUE: Final = "logouts"  # a service that hangs holds up nothing but its own
LINES: Final = 16  # of a worker, to all clients at once
FIRST: Final = 1  # priorities: who was not tried yet comes before who comes back
AGAIN: Final = 0
AT_ONCE: Final = 500  # rows a transaction
LATELY: Final = timedelta(minutes=5)  # longer than a session's end or a redeemed code takes to its commit
LINE_AGAIN: Final = timedelta(seconds=2)  # where too many to that client wait for it: no try
AFTER: Final = tuple(timedelta(seconds=one) for one in (5, 15, 45, 120))  # from a try to the next
IN_ALL: Final = timedelta(minutes=4)  # from the first: clients take no token for longer
HEARD: Final = frozenset({"200", "204"})
FOR_GOOD: Final = "400"
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

# What a session's end makes of its rows: who has no address to be told at is named to the person instead.
_SET: Final = """state = CASE WHEN due.listens THEN 'due' ELSE 'unasked' END, over_at = %(now)s,
    settled_at = CASE WHEN due.listens THEN NULL ELSE %(now)s::timestamptz END"""
_ENDED: Final = f"""WITH due AS (
        SELECT l.id, c.backchannel_logout_uri <> '' AS listens FROM sign_in_session s
        JOIN provider_logout l ON l.session_id = s.id JOIN provider_client c ON c.id = l.client_id
        WHERE s.ended_at > %(since)s AND s.ended_reason <> %(idle)s AND l.state = 'listening'
        LIMIT %(most)s FOR UPDATE OF l SKIP LOCKED)
    UPDATE provider_logout l SET {_SET} FROM due WHERE l.id = due.id AND l.state = 'listening'
    RETURNING l.id, l.state"""  # noqa: S608  our own words
# A newer sign-in in the session puts its end off.
_OVER: Final = f"""WITH due AS (
        SELECT l.id, c.backchannel_logout_uri <> '' AS listens, newest.at + %(life)s AS until FROM provider_logout l
        JOIN provider_client c ON c.id = l.client_id LEFT JOIN sign_in_session s ON s.id = l.session_id
        LEFT JOIN sign_in_signin newest ON newest.id = s.newest_id
        WHERE l.state = 'listening' AND l.over_at <= %(now)s ORDER BY l.over_at
        LIMIT %(most)s FOR UPDATE OF l SKIP LOCKED),
    later AS (
        UPDATE provider_logout l SET over_at = due.until FROM due WHERE l.id = due.id AND due.until > %(now)s
        RETURNING l.id, l.state),
    over AS (
        UPDATE provider_logout l SET {_SET} FROM due
        WHERE l.id = due.id AND (due.until <= %(now)s OR due.until IS NULL) RETURNING l.id, l.state)
    SELECT id, state FROM later UNION ALL SELECT id, state FROM over"""  # noqa: S608  our own words


def mark_due(*, thoroughly: bool = False) -> int:
    """Find what is over and queue its telling, in one transaction for some at a time. Returns how many are told.

    Sessions that ended in the last minutes are looked at, or all of those that clients listen for where it is done
    `thoroughly`.
    """
    now = timezone.now()
    since = now - (settings.KEEP_SESSIONS if thoroughly else LATELY)
    ended = {"now": now, "since": since, "idle": Ended.IDLE.value, "most": AT_ONCE}
    over = {"now": now, "life": settings.SESSION_LIFE, "most": AT_ONCE}
    return _all(_ENDED, ended) + _all(_OVER, over)


def _all(statement: str, values: dict[str, Any]) -> int:
    told = 0
    while rows := _some(statement, values):
        told += sum(state == Logout.State.DUE for _, state in rows)
    return told


def _some(statement: str, values: dict[str, Any]) -> list[tuple[UUID, str]]:
    with database.patiently(for_locks=False):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows: list[tuple[UUID, str]] = cursor.fetchall()
        jobs: list[dict[str, Any]] = [{"logout_id": str(pk)} for pk, state in rows if state == Logout.State.DUE]
        if jobs:
            app.configure_task(TELL, queue=QUEUE, priority=FIRST).batch_defer(*jobs)
    return rows


def waiting(logout_id: str) -> Logout | None:
    """The row that is still to be told, with its client and its person.

    `signed_in` is when they last signed in there, and `clock` the database's: that of a worker may be out.
    """
    newest = Session.objects.filter(pk=OuterRef("session_id")).values("newest__at")
    rows = Logout.objects.select_related("client", "profile__organisation")
    rows = rows.annotate(signed_in=Coalesce(Subquery(newest), "made_at"), clock=Now())
    return rows.filter(pk=logout_id, state=Logout.State.DUE).first()


def settle(*, logout: Logout, now: datetime, answer: str) -> datetime | None:
    """Note what a try came to that began `now`: a status, or a word of Fault. Returns when to try again, if at all.

    Told at least once: a worker that dies between telling and this tells again.
    """
    heard, tried = answer in HEARD, answer != Fault.BUSY
    waits = () if heard or answer == FOR_GOOD else AFTER[logout.tries : logout.tries + 1] if tried else (LINE_AGAIN,)
    if waits and now + waits[0] < logout.over_at + IN_ALL:
        row = Logout.objects.filter(pk=logout.pk, state=Logout.State.DUE)
        row.update(tries=F("tries") + int(tried), answer=answer)
        return now + waits[0]
    _settle(logout, Logout.State.TOLD if heard else Logout.State.FAILED, answer)
    return None


@transaction.atomic
def _settle(logout: Logout, state: Logout.State, answer: str) -> None:
    values = {"state": state, "answer": answer, "settled_at": timezone.now(), "tries": F("tries") + 1}
    if not Logout.objects.filter(pk=logout.pk, state=Logout.State.DUE).update(**values):
        return  # by another worker, which had taken this one for dead
    told, client = state == Logout.State.TOLD, {"client": logout.client.client_id}
    name = EventName.LOGOUT_TOLD if told else EventName.LOGOUT_FAILED
    details = client if told else client | {"answer": answer}
    outcome = "ok" if told else "failed"
    record(name, outcome=outcome, actor=SYSTEM, profile=logout.profile, details=details)
    if not told:
        log.error("a service did not hear that somebody is signed out", logout_id=logout.pk, answer=answer)


def untold(session_id: UUID) -> list[str]:
    """The services of that session that can't be told of its end, by their names: the person is told of those."""
    rows = Logout.objects.filter(session_id=session_id, client__backchannel_logout_uri="")
    return list(rows.order_by("client__service__name").values_list("client__service__name", flat=True).distinct())
