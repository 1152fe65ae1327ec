"""How a person adds a passkey, and signs in with it: what an authenticator in software answers."""

import json
import re
import secrets as random
from html import unescape

import cbor2

from tests.authenticators.passkey import fake

ORIGIN = "http://localhost"
KEYS = {}  # of what was made here, by the credential's id


def options(page, element="passkey-options"):
    return json.loads(unescape(re.search(rf'id="{element}"[^>]*>([^<]+)<', page).group(1)))


def posted(credential):
    return {"credential": credential, "error": "", "elapsed_ms": "2000"}


def made(page, origin):
    key, name = fake.new_key(), random.token_bytes(32)
    KEYS[fake.b64(name)] = key
    return posted(fake.create(options(page), origin=origin, key=key, credential_id=name))


def wrong(page, origin):
    return made(page, "https://elsewhere.example")


def secrets(page):
    return [options(page)["challenge"]]


def stored(person, *, count=0, backup_eligible=False, **fields):
    """A passkey that is on file, without the pages of adding it."""
    from authenticators.models import Authenticator  # a walk over HTTP alone has no Django

    key, name = fake.new_key(), random.token_bytes(32)
    KEYS[fake.b64(name)] = key
    return Authenticator.objects.create(
        profile=person,
        kind="passkey",
        external_id=fake.b64(name),
        material={"public_key": fake.b64(cbor2.dumps(key[1])), "sign_count": count, "rp_id": "localhost"},
        details={"rp_id": "localhost", "backup_eligible": backup_eligible, "backed_up": False},
        added_by="person",
        **fields,
    )


def used(page, one, **wrong):
    """What the page of the ways posts once this passkey was used there; `wrong` stands in place of what is right."""
    count = one.material["sign_count"]
    right = {
        "origin": ORIGIN,
        "key": KEYS[one.external_id],
        "credential_id": fake.unb64(one.external_id),
        "user_handle": bytes(one.profile.user_handle),
        "flags": 0x0D if one.details["backup_eligible"] else 0x05,
        "count": count and count + 1,
    }
    credential = fake.answer(options(page, "passkey-request"), **{**right, **wrong})
    return {"visit": visit(page), **posted(credential)}


def visit(page):
    return re.search(r'name="visit" value="([^"]+)"', page).group(1)


def sign_in(visitor, one, **wrong):
    """The answer to a passkey that is used on the page of the ways."""
    return visitor.client.post("/sign-in/passkey/", used(visitor.page("/sign-in/"), one, **wrong))


PAGES = {
    "/authenticators/passkey/": lambda page, origin: {"sole_access": "on", "place": "any"},
    "/authenticators/passkey/create/": made,
}


def held(page, typed):
    return json.loads(typed["credential"])["id"], options(page)["user"]["id"]


def held_of(one):
    return one.external_id, fake.b64(bytes(one.profile.user_handle))


def proof(page, origin, holder):
    """What is posted where it counts nothing, as one does that is kept in step on several devices."""
    name, user_handle = holder.held
    whose = {"credential_id": fake.unb64(name), "user_handle": fake.unb64(user_handle), "count": 0}
    return posted(fake.answer(options(page, "passkey-request"), origin=origin, key=KEYS[name], **whose))


def disproof(page, origin, holder):
    return proof(page, "https://elsewhere.example", holder)


PROVING = {"/sign-in/": proof}
