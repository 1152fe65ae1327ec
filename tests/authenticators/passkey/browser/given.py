"""A person with a passkey, without the walk that adds it: its row in the portal's tables, its key in the browser."""

import base64
import secrets

import cbor2
import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection

from authenticators.models import Authenticator
from tests.authenticators.passkey import fake


def passkey(walk, plug, device, *, count=0, told=None):
    """One of this walk's person, on that virtual authenticator, whose own count may be another. Returns its id."""
    [(pk, handle)] = walk.portal.query("SELECT id, user_handle FROM careid_profile WHERE email = %s", walk.email)
    key, name = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(32)
    point = key.public_key().public_numbers()
    cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
    _store(
        walk.portal.database,
        Authenticator(
            profile_id=pk,
            kind="passkey",
            external_id=fake.b64(name),
            material={"public_key": fake.b64(cbor2.dumps(cose)), "sign_count": count, "rp_id": "localhost"},
            details={"rp_id": "localhost", "backup_eligible": False, "backed_up": False},
            added_by="person",
        ),
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    texts = {"credentialId": name, "privateKey": private, "userHandle": bytes(handle)}
    credential = {part: base64.b64encode(value).decode() for part, value in texts.items()}
    credential |= {"isResidentCredential": True, "rpId": "localhost", "signCount": count if told is None else told}
    plug.session.send("WebAuthn.addCredential", {"authenticatorId": device, "credential": credential})
    return fake.b64(name)


def _store(database, one):
    fields = Authenticator._meta.local_concrete_fields
    values = [field.get_db_prep_save(field.pre_save(one, add=True), connection) for field in fields]
    names, places = ", ".join(field.column for field in fields), ", ".join(["%s"] * len(fields))
    with psycopg.connect(database) as portal:
        portal.execute(f"INSERT INTO authenticators_authenticator ({names}) VALUES ({places})", values)


def held(plug, device):
    """The ids of the passkeys on that virtual authenticator."""
    found = plug.session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    return [fake.b64(base64.b64decode(one["credentialId"])) for one in found]


def answer_by_itself(plug, device, *, on):
    """Whether somebody touches it whenever they are asked: what was asked before this is switched on stays unanswered."""
    plug.session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": device, "enabled": on})
