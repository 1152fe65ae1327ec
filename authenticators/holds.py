"""Holds: what is added in a doubtful hour is there at once, is told of at once, and works later."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from authenticators import duties
from authenticators.models import Authenticator
from authenticators.telling import tell
from careid.errors import Refused
from careid.people.models import Profile
from careid.trail.names import EventName
from careid.trail.record import noted


def hold(profile: Profile, now: datetime, *, beside: bool = False) -> timedelta:
    """How long an authenticator added now waits before it works: somebody could be adding it in another's name.

    `beside`: another is live, which nobody signed in with to add this one. So who reads somebody's mailbox and knows
    their number waits, while the mail about it tells the person.
    """
    if profile.changed_lately(now) or not profile.email:
        return max(settings.HOLD_AFTER_CHANGE, settings.HOLD_WHERE_ONE_STANDS if beside else timedelta())
    return settings.HOLD_WHERE_ONE_STANDS if beside else timedelta()


@transaction.atomic
def lift(*, authenticator: Authenticator, by: str, reason: str, note: str = "") -> bool:
    """Let an authenticator on hold work now. Returns whether it was on hold.

    Refused: `own_change`, where `by` led to it; `reported`, while a report of “this was not me” is open.
    """
    authenticator.profile = Profile.locked(authenticator.profile_id)
    duties.apart_from_hold(authenticator, by=by)
    if authenticator.profile.reported_at:
        raise Refused("reported")
    now = timezone.now()
    active = Authenticator.objects.filter(pk=authenticator.pk, state=Authenticator.State.ACTIVE)
    lifted = active.filter(usable_from__gt=now).update(usable_from=now)
    if lifted:
        authenticator.refresh_from_db()
        event = EventName.AUTHENTICATOR_HOLD_LIFTED
        tell(event, authenticator, by=by, reason=reason, details=noted(note))
    return bool(lifted)
