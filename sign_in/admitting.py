"""Whether whoever an authenticator has proved is let in, and that it was used."""

from typing import Any

from django.utils import timezone

from authenticators.kind import Proving
from authenticators.models import Authenticator
from authenticators.registry import KINDS
from sign_in import arriving
from sign_in.models import Visit
from sign_in.words import Why


def proving(authenticator: Authenticator) -> Proving:
    """How one signs in with its kind."""
    way = KINDS[authenticator.kind].sign_in
    if way is None:
        raise ValueError(f"nobody signs in with {authenticator.kind}")
    return way


def in_the_way(visit: Visit, one: Authenticator) -> Why | None:
    """Why nobody is let in, though what was proved was right."""
    asked = one.kind in visit.kinds or not visit.kinds
    found = {
        Why.REPORTED: one.profile.reported_at is not None,
        Why.CLOSED: not one.profile.is_open,
        Why.SUSPENDED: one.state != Authenticator.State.ACTIVE,
        Why.ON_HOLD: one.usable_from > timezone.now(),
        Why.LEVEL: not asked or proving(one).level < visit.level,
    }
    return next((why for why, holds in found.items() if holds), None)


def use(one: Authenticator, material: dict[str, Any] | None, *, well: bool) -> bool:
    """Write that it was used, in one statement; False where its row is another by now: it is read again then."""
    if material is None and not well:
        return True
    if arriving.use(authenticator=one, material=material, at=timezone.now() if well else None):
        return True
    one.refresh_from_db(fields=("state", "usable_from"))
    return False
