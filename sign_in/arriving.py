"""What a sign-in writes of who is here: the session, the proof that it stands on and the browser, in one statement.

The ORM would take three, and four times the processor time.
"""

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection

from careid.storing import crypto
from sign_in.models import Session, SignIn

# The time before is read as it was when the statement began. What has ended meanwhile stays ended. The session and its
# newest sign-in name each other, which Postgres looks at once the transaction ends.
_WRITE: Final = """WITH browser AS (
        INSERT INTO sign_in_knownbrowser (token_hash, profile_id, first_at, last_at)
        VALUES (%(word)s, %(profile)s, %(at)s, %(at)s)
        ON CONFLICT (token_hash, profile_id) DO UPDATE SET last_at = excluded.last_at),
    session AS (
        INSERT INTO sign_in_session (id, profile_id, token_hash, newest_id, started_at, last_seen_at, ended_reason,
            browser, network)
        VALUES (%(session)s, %(profile)s, %(token)s, %(id)s, %(started)s, %(at)s, '', %(browser)s, %(network)s)
        ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash, newest_id = excluded.newest_id,
            last_seen_at = excluded.last_seen_at, browser = excluded.browser, network = excluded.network),
    proof AS (
        INSERT INTO sign_in_signin (id, session_id, profile_id, authenticator_id, visit_id, at, level, amr, acr, client,
            browser, network)
        VALUES (%(id)s, %(session)s, %(profile)s, %(authenticator)s, %(visit)s, %(at)s, %(level)s, %(amr)s, %(acr)s,
            %(client)s, %(browser)s, %(network)s))
    SELECT last_at FROM sign_in_knownbrowser WHERE token_hash = %(word)s AND profile_id = %(profile)s"""


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
    same = {name: vars(proof)[name] for name in ("at", "level", "amr", "acr", "client", "browser", "network")}
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values | same)
        before: tuple[datetime] | None = cursor.fetchone()
    return before is not None and proof.at - before[0] < settings.BROWSER_NEW
