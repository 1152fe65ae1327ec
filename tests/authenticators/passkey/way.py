"""How a person adds a passkey: the tick and the place, and what an authenticator in software answers."""

import json
import re
from html import unescape

from tests.authenticators.passkey import fake


def options(page):
    return json.loads(unescape(re.search(r'id="passkey-options"[^>]*>([^<]+)<', page).group(1)))


def made(page, origin):
    return {"credential": fake.create(options(page), origin=origin), "error": "", "elapsed_ms": "2000"}


def wrong(page, origin):
    return made(page, "https://elsewhere.example")


def secrets(page):
    return [options(page)["challenge"]]


PAGES = {
    "/authenticators/passkey/": lambda page, origin: {"sole_access": "on", "place": "any"},
    "/authenticators/passkey/create/": made,
}
