"""How a person adds an app, and signs in with it: the tick, a password, and the code that the app shows."""

import re
from uuid import uuid4

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


def held(page, typed):
    return key(page)


def stored(person, **fields):
    """An app that is on file, without the pages of adding it."""
    from django.contrib.auth.hashers import make_password

    from authenticators.models import Authenticator  # a walk over HTTP alone has no Django
    from careid.storing import crypto

    material = {"key": pyotp.random_base32(), "step": 0, "password": make_password(PASSWORD, hasher=crypto.PEOPLES)}
    return Authenticator.objects.create(
        profile=person, kind="totp", external_id=uuid4().hex, material=material, added_by="person", **fields
    )


def held_of(one):
    return one.material["key"]


def disproof(page, origin, holder):
    return {"code": f"{(int(pyotp.TOTP(holder.held).now()) + 500_000) % 10**6:06}"}


PROVING = {
    "/sign-in/": lambda page, origin, holder: {"email": holder.email, "password": PASSWORD},
    "/sign-in/totp/": lambda page, origin, holder: {"code": pyotp.TOTP(holder.held).now()},
}
