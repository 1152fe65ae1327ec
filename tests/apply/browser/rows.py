"""Somebody who is invited, in the tables of the portal that runs."""

from uuid import uuid4

from careid.storing import crypto

INVITED = """INSERT INTO apply_invitation (id, reference, organisation_id, by, given_name, family_name, email, state, token_hash,
        sends, made_at, sent_at, expires_at, reminds, reminded, codes, wrong)
    SELECT %s, '7K4-Q2M', id, %s, 'Bea', 'Newcomer', %s, %s, %s, 1, now(), now(), now() + interval '28 days', true, 0, 0, 0
    FROM careid_organisation WHERE code = 'RX1' RETURNING 1"""


def invite(walk, *, email=None, state="sent"):
    """An invitation of this address, or of one of its own. Returns the address that was invited, and the link."""
    pk, email = uuid4(), email or f"bea.{uuid4()}@example.nhs.uk"
    token = crypto.tokens("apply invitation", str(pk), "1")[0]
    admin = walk.portal.query("SELECT id FROM auth_user WHERE username = 'admin'")[0][0]
    assert walk.portal.query(INVITED, pk, f"admin:{admin}", email, state, crypto.token_hash(token))
    return email, f"/apply/{token}/"


def number():
    """One that nobody has, made up."""
    return f"PP{uuid4().int % 1_000_000:06}C"
