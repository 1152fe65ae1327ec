"""Somebody who is signed in, in Chromium, without the pages of a kind."""

import secrets
from uuid import uuid4

from authenticators.models import Authenticator
from careid.storing import crypto
from tests import kinds

ADDED = """INSERT INTO authenticators_authenticator (id, profile_id, kind, external_id, name, material, details, added_at,
        added_by, usable_from, last_used_at, state, state_reason, state_changed_at)
    SELECT %s, id, %s, gen_random_uuid(), %s, %s, '{}', now(), 'person', now() + %s * interval '1 hour', now(), %s, %s, now()
    FROM careid_profile WHERE email = %s RETURNING 1"""
SESSION = """INSERT INTO sign_in_session (id, profile_id, token_hash, newest_id, started_at, last_seen_at, ended_reason, browser, network)
    SELECT %s, id, %s, %s, now(), now(), '', %s, %s FROM careid_profile WHERE email = %s RETURNING 1"""
SIGN_IN = """INSERT INTO sign_in_signin (id, session_id, profile_id, authenticator_id, visit_id, at, level, amr, acr, client, browser, network)
    SELECT %s, %s, id, %s, gen_random_uuid(), now(), 2, 'X', 'AAL2_X', '', %s, %s FROM careid_profile WHERE email = %s RETURNING 1"""


def give(walk, name, *, hours=0, state="active", reason=""):
    """Something that this person has. Returns its id."""
    pk = uuid4()
    material = bytes(Authenticator.material.field.seal({}, Authenticator(pk=pk)))
    assert walk.portal.query(ADDED, pk, kinds.some_kind(), name, material, hours, state, reason, walk.email)
    return pk


def enter(walk, authenticator, *, browser="Chrome on Windows", network="203.0.113.0/24"):
    """Sign this person in with it, in a browser that is elsewhere. Returns the token of that session."""
    token, session, sign_in = secrets.token_urlsafe(32), uuid4(), uuid4()
    # Each names the other: keys are looked at when the transaction ends.
    values = (session, crypto.token_hash(token), sign_in, browser, network, walk.email)
    proof = (sign_in, session, authenticator, browser, network, walk.email)
    assert walk.portal.query(f"WITH made AS ({SESSION}) {SIGN_IN}", *values, *proof)
    return token


def sign_in(walk, authenticator):
    """Sign this person in with it here."""
    token = enter(walk, authenticator, network="127.0.0.0/24")
    walk.page.context.add_cookies([{"name": "careid-session", "value": token, "url": walk.portal.url}])
