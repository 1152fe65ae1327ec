"""What an admin proves beside the password: which there are, and whether one will do."""

from collections.abc import Callable
from typing import Any, Final

import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django_otp import devices_for_user
from django_otp.models import Device

from authenticators.passkey import names
from careid.errors import Refused
from careid.trail import actors
from careid.trail.names import EventName
from desk.door import trail
from desk.door.models import App, Passkey

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
PASSKEY: Final = "passkey"
APP: Final = "app"
MOST: Final = 10  # of one account


def kind(device: Device) -> str:
    return APP if isinstance(device, App) else PASSKEY


def will_do(device: Device | None) -> bool:
    """A passkey will do that was not stopped; an app only where the setting says so, whenever it was added."""
    if isinstance(device, Passkey):
        return bool(device.confirmed and device.works_here)
    return isinstance(device, App) and bool(settings.ADMIN_APP)


def of(user: User) -> list[Device]:
    """The account's factors that will do."""
    return [device for device in devices_for_user(user) if will_do(device)]


def listed(user: User) -> list[Device]:
    """Those that will do, and the passkeys that will not."""
    return [
        device for device in devices_for_user(user, confirmed=None) if isinstance(device, Passkey) or will_do(device)
    ]


def app_of(user: User) -> App | None:
    found: App | None = App.objects.filter(user=user).first() if settings.ADMIN_APP else None
    return found


def shown(device: Device) -> dict[str, Any]:
    """How a list names a factor."""
    if isinstance(device, App):
        return {"id": f"{APP}-{device.pk}", "name": "Authenticator app", "added_at": device.added_at}
    name, why = names.provider({"aaguid": device.aaguid}), "" if device.confirmed else "stopped"
    why = why or ("" if device.works_here else "elsewhere")
    return {"id": f"{PASSKEY}-{device.pk}", "name": name, "added_at": device.added_at, "why_not": why}


@transaction.atomic
def add(*, user: User, make: Callable[[User], Device]) -> Device:
    """Add what `make` makes to an account whose session is verified. Refused: `limit`."""
    User.objects.select_for_update().get(pk=user.pk)
    if len(list(devices_for_user(user, confirmed=None))) >= MOST:
        raise Refused("limit")
    device = make(user)
    added(device, by="factor")
    return device


def added(device: Device, *, by: str) -> None:
    """The event of a factor that was just made, in the transaction that made it. `by` is `invitation` or `factor`."""
    admin = device.user_id
    details = {"admin": admin, "factor": kind(device), "by": by}
    trail.note(EventName.ADMIN_FACTOR_ADDED, admin=admin, actor=actors.admin(admin), details=details)


def add_app(*, user: User, key: str, step: int) -> App:
    """Put an app in place of any other: its code of this step was right, and is used up."""
    App.objects.filter(user=user).delete()
    app: App = App.objects.create(user=user, name="app", key=key, last_step=step)
    return app


@transaction.atomic
def remove(*, user: User, factor: str) -> None:
    """Take away one of the user's own factors, named as `shown` names it. Refused: `last`, `unknown`."""
    User.objects.select_for_update().get(pk=user.pk)  # two at once would take the last two
    mine = {shown(device)["id"]: device for device in devices_for_user(user, confirmed=None)}
    if factor not in mine:
        raise Refused("unknown")
    if not any(will_do(device) for one, device in mine.items() if one != factor):
        raise Refused("last")
    mine[factor].delete()
    details = {"admin": user.pk, "factor": kind(mine[factor])}
    trail.note(EventName.ADMIN_FACTOR_REMOVED, admin=user.pk, actor=actors.admin(user.pk), details=details)


@transaction.atomic
def stop(*, passkey: Passkey) -> None:
    """Let a passkey be used no more whose count went back; whoever runs the service is told by an alarm.

    Its account removes it, or an invitation does.
    """
    if Passkey.objects.filter(pk=passkey.pk, confirmed=True).update(confirmed=False):
        admin = passkey.user_id
        details = {"admin": admin, "factor": PASSKEY}
        why = {"outcome": "refused", "reason": "count_went_back"}
        trail.note(EventName.ADMIN_FACTOR_STOPPED, admin=admin, **why, details=details)
        log.error("a passkey of the desk may have been copied, and works no more", admin=admin)


def remove_all(*, user: User) -> int:
    """Take every factor away, for a new invitation, which records how many there were."""
    devices = list(devices_for_user(user, confirmed=None))
    for device in devices:
        device.delete()
    return len(devices)
