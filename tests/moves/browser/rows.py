"""A move and somebody in it, in the tables of the portal that runs."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from careid.storing import crypto
from tests.moves import made

MOVE = """INSERT INTO moves_move (service_id, slug, title, what_changes, who_is_affected, whom_to_ask, starts_on, ends_on, state,
        stopped, made_by, made_at)
    SELECT id, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'admin:7', now() FROM careid_service LIMIT 1 RETURNING id"""
PERSON = """INSERT INTO moves_person (id, move_id, email, given_name, family_name, organisation_id, way, profile_id, invitation_id,
        token_hash, answer, answered_at, call, called_at, called_by)
    SELECT %s, %s, %s, 'Kim', 'Sample', organisation_id, %s, CASE WHEN %s THEN id END, %s, %s, %s, now(), %s, now(), ''
    FROM careid_profile WHERE email = %s RETURNING 1"""
INVITED = """INSERT INTO apply_invitation (id, reference, organisation_id, by, given_name, family_name, email, state, token_hash,
        sends, made_at, sent_at, expires_at, reminds, reminded, codes, wrong)
    SELECT %s, '7K4-Q2M', organisation_id, 'admin:7', 'Kim', 'Sample', %s, %s, %s, 1, now(), now(), now() + %s * interval '1 day',
        false, 0, 0, 0 FROM careid_profile WHERE email = %s RETURNING id"""


def move(walk, *, days=49, begun=True, state="running", stopped=False):
    """A move of the portal's service that ends in so many days. Returns its key and its address."""
    today = datetime.now(UTC).date()
    slug = f"records-{uuid4()}"
    starts = today - timedelta(days=60) if begun else today + timedelta(days=min(days, 20))
    days_of = (min(starts, today + timedelta(days=days)), today + timedelta(days=days))
    [(pk,)] = walk.portal.query(MOVE, slug, *made.WORDS.values(), *days_of, state, stopped)
    return pk, f"/moves/{slug}/"


def person(walk, move_id, *, way="two_factor", on_file=False, invitation=None, answer="", call=""):
    """Somebody in it who works where this walk's person does. Returns the address of their page."""
    pk, email = uuid4(), f"{uuid4()}@example.nhs.uk"
    token = crypto.tokens("move person", str(pk))[0]
    values = (pk, move_id, email, way, on_file, invitation, crypto.token_hash(token), answer, call, walk.email)
    assert walk.portal.query(PERSON, *values)
    return f"/move/{token}/"


def invitation(walk, *, state="sent", days=28):
    """One that lives for so many days. Returns its key."""
    pk = uuid4()
    token = crypto.tokens("apply invitation", str(pk), "1")[0]
    [(made_id,)] = walk.portal.query(
        INVITED, pk, f"{pk}@example.nhs.uk", state, crypto.token_hash(token), days, walk.email
    )
    return made_id
