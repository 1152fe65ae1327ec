"""How a person adds a code on paper, and signs in with it: the tick, and the code copied from what is shown."""

import re
import secrets as random
from hashlib import sha256

PAPERS = {}  # what stands on each, by the digest that is kept of it


def shown(page):
    return re.search(r'id="paper-code">([^<]+)<', page).group(1)


def wrong(page, origin):
    return {"code": shown(page)[::-1] + "0"}


def secrets(page):
    return [shown(page)]


PAGES = {
    "/authenticators/paper/": lambda page, origin: {"sole_access": "on"},
    "/authenticators/paper/copy/": lambda page, origin: {"code": shown(page)},
}


def held(page, typed):
    return typed["code"]


def stored(person, **fields):
    from authenticators.models import Authenticator

    code = random.token_hex(8)
    kept = sha256(code.encode()).hexdigest()
    PAPERS[kept] = code
    return Authenticator.objects.create(
        profile=person, kind="paper", external_id=kept, material={}, added_by="person", **fields
    )


def held_of(one):
    return PAPERS[one.external_id]


def disproof(page, origin, holder):
    return {"paper_code": holder.held[::-1] + "0"}


PROVING = {"/sign-in/": lambda page, origin, holder: {"paper_code": holder.held}}
