"""How a person adds an app: the tick, a password, and the code that the app shows."""

import re

import pyotp

PASSWORD = "lamp otter Tuesday window"  # made up for the tests


def key(page):
    return re.search(r'id="totp-key"[^>]*>([^<]+)<', page).group(1).replace(" ", "").strip()


def code(page):
    return pyotp.TOTP(key(page)).now()


def wrong(page, origin):
    return {"code": f"{(int(code(page)) + 500_000) % 10**6:06}"}


def secrets(page):
    return [PASSWORD, key(page), pyotp.TOTP(key(page)).provisioning_uri()]


PAGES = {
    "/authenticators/totp/": lambda page, origin: {"sole_access": "on"},
    "/authenticators/totp/password/": lambda page, origin: {"password": PASSWORD, "confirm_password": PASSWORD},
    "/authenticators/totp/app/": lambda page, origin: {"code": code(page)},
}
