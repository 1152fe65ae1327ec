"""What the demo's people have from the start: an app with a made-up key, and an account of the stand-in sign-in.

Each is made once: what is done with it later stays. A passkey can't be made up, since a browser keeps its key.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from authenticators.models import Authenticator, Report
from authenticators.totp import otp
from careid.people.models import Profile
from careid.storing import crypto
from careid.trail.actors import SYSTEM
from careid.trail.names import EventName
from careid.trail.record import record
from demo.provider_accounts import Account

HOLD: Final = timedelta(days=28)  # longer than any of the portal's own, so that it can be seen for a while
LOST: Final = "lost"


@dataclass(frozen=True)
class Carried:
    """An app and this account, in one of the states that signing in tells apart."""

    account: Account
    on_hold: bool = False
    suspended: bool = False
    reported: bool = False


def give(profile: Profile, carried: Carried, *, password: str) -> None:
    """Everything that this person has. The password goes with the app."""
    now = timezone.now()
    state: dict[str, Any] = {"usable_from": now + HOLD} if carried.on_hold else {}
    if carried.suspended:
        state |= {"state": Authenticator.State.SUSPENDED, "state_reason": LOST}
    material = {"key": otp.new_key(), "step": 0, "password": make_password(password, hasher=crypto.PEOPLES)}
    add(profile, kind="totp", external_id=uuid4().hex, material=material, **state)
    link(profile, carried.account, **state)
    if carried.reported:
        Profile.objects.filter(pk=profile.pk).update(reported_at=now)
        Report.objects.create(profile=profile, token_hash=secrets.token_bytes(32))
        record(EventName.NOT_ME_REPORTED, profile=profile)


def link(profile: Profile, account: Account, **state: Any) -> None:
    """Make this profile the account's owner, where it never had one."""
    tenant = settings.NHSNET_TENANT_ID
    external_id = f"{tenant}:{account.oid}"
    if not Authenticator.objects.filter(kind="nhsnet", external_id=external_id).exists():
        material, details = {"address": account.address}, {"tenant": tenant}
        add(profile, kind="nhsnet", external_id=external_id, material=material, details=details, **state)


def add(profile: Profile, **fields: Any) -> None:
    """The row and its events, without a mail: nobody did anything that they could hear of."""
    made = Authenticator.objects.create(profile=profile, added_by="demo", **fields)
    of_it: dict[str, Any] = {
        "actor": SYSTEM,
        "profile": profile,
        "authenticator_id": made.pk,
        "details": {"kind": made.kind},
    }
    record(EventName.AUTHENTICATOR_ADDED, **of_it)
    if made.state == Authenticator.State.SUSPENDED:
        record(EventName.AUTHENTICATOR_SUSPENDED, reason=made.state_reason, **of_it)
