"""People who have an app already, and the codes that it shows."""

from datetime import timedelta
from uuid import uuid4

import pyotp
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.totp import otp
from careid.storing import crypto
from tests.authenticators.totp.way import PASSWORD


def with_app(person, *, password=PASSWORD, **fields):
    """An app of this person, added yesterday, as adding one stores it. Its codes of now are unused."""
    material = {"key": otp.new_key(), "step": 0, "password": make_password(password, hasher=crypto.PEOPLES)}
    at = timezone.now() - timedelta(days=1)
    usual = {"material": material, "added_at": at, "usable_from": at, "added_by": "person"}
    return Authenticator.objects.create(profile=person, kind="totp", external_id=uuid4().hex, **usual | fields)


def shown(app, **out):
    """What the app shows, on a phone whose clock is out by this."""
    return pyotp.TOTP(app.material["key"]).at(timezone.now() + timedelta(**out))


def wrong(*apps):
    """A code that none of these shows within a quarter of an hour."""
    near = {shown(app, seconds=30 * step) for app in apps for step in range(-30, 31)}
    return next(f"{number:06}" for number in range(1_000) if f"{number:06}" not in near)
