"""What a sign-in writes, in statements of its own: the ORM would take more, and several times the processor time.

That its authenticator was used; that its visit is answered; then the session, the proof and the browser in one.
"""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection

from authenticators.models import Authenticator
from careid.storing import crypto
from careid.storing.fields import sealed_name
from sign_in.models import Session, SignIn, Visit

_USE: Final = """UPDATE authenticators_authenticator
    SET material = coalesce(%(material)s, material), last_used_at = coalesce(%(at)s, last_used_at)
    WHERE id = %(id)s AND state = %(state)s AND (%(before)s IS NULL OR material = %(before)s)"""
_ANSWER: Final = """UPDATE sign_in_visit SET ended_at = %s, pending = NULL, sign_in_id = %s
    WHERE id = %s AND ended_at IS NULL"""
# The time before is read as it was when the statement began. What stood idle goes on; what has ended meanwhile for any
# other reason stays ended. The session and its newest sign-in name each other, which Postgres looks at once the
# transaction ends.
_WRITE: Final = """WITH browser AS (
        INSERT INTO sign_in_knownbrowser (token_hash, profile_id, first_at, last_at)
        VALUES (%(word)s, %(profile)s, %(at)s, %(at)s)
        ON CONFLICT (token_hash, profile_id) DO UPDATE SET last_at = excluded.last_at),
    session AS (
        INSERT INTO sign_in_session AS kept (id, profile_id, token_hash, newest_id, started_at, last_seen_at,
            ended_reason, browser, network)
        VALUES (%(session)s, %(profile)s, %(token)s, %(id)s, %(started)s, %(at)s, '', %(browser)s, %(network)s)
        ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash, newest_id = excluded.newest_id,
            last_seen_at = excluded.last_seen_at, browser = excluded.browser, network = excluded.network,
            ended_at = CASE kept.ended_reason WHEN 'idle' THEN NULL ELSE kept.ended_at END,
            ended_reason = CASE kept.ended_reason WHEN 'idle' THEN '' ELSE kept.ended_reason END),
    proof AS (
        INSERT INTO sign_in_signin (id, session_id, profile_id, authenticator_id, visit_id, at, level, amr, acr, client,
            service, browser, network)
        VALUES (%(id)s, %(session)s, %(profile)s, %(authenticator)s, %(visit)s, %(at)s, %(level)s, %(amr)s, %(acr)s,
            %(client)s, %(service)s, %(browser)s, %(network)s))
    SELECT last_at FROM sign_in_knownbrowser WHERE token_hash = %(word)s AND profile_id = %(profile)s"""
_SAME: Final = ("at", "level", "amr", "acr", "client", "service", "browser", "network")
_SWAP: Final = "UPDATE sign_in_visit SET pending = %s WHERE id = %s AND pending = %s"


def use(*, authenticator: Authenticator, material: dict[str, Any] | None, at: datetime | None) -> bool:
    """Note a use, and this material in place of what the row held when it was read. False where that is gone."""
    before = vars(authenticator).get(sealed_name("material"), vars(authenticator)["material"])
    sealed = None if material is None else Authenticator.material.field.seal(material, authenticator)
    values = {
        "id": authenticator.pk,
        "state": authenticator.state,
        "at": at,
        "material": sealed,
        "before": sealed and before,
    }
    with connection.cursor() as cursor:
        cursor.execute(_USE, values)
        return bool(cursor.rowcount)


def answer(*, visit: Visit) -> bool:
    """End the visit's row with its sign-in, which the same transaction writes. False where another one was first."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, [visit.ended_at, visit.sign_in_id, visit.pk])
        return bool(cursor.rowcount)


def swap(*, visit: Visit, before: bytes, pending: bytes) -> bool:
    """Keep this with the visit's row in place of what it held. False where it holds another by now."""
    with connection.cursor() as cursor:
        cursor.execute(_SWAP, [pending, visit.pk, before])
        return bool(cursor.rowcount)


def write(*, session: Session, proof: SignIn, word: str) -> bool:
    """Write the session and its newest sign-in, in the caller's transaction, and the browser that keeps this word.

    Returns whether that person had signed in there of late.
    """
    values: dict[str, Any] = {
        "word": crypto.token_hash(word),
        "session": session.pk,
        "token": session.token_hash,
        "started": session.started_at,
        "id": proof.pk,
        "profile": proof.profile_id,
        "authenticator": proof.authenticator_id,
        "visit": proof.visit_id,
    }
    same = {name: vars(proof)[name] for name in _SAME}
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values | same)
        before: tuple[datetime] | None = cursor.fetchone()
    return before is not None and proof.at - before[0] < settings.BROWSER_NEW
