"""Holds: what is added in a doubtful hour is there at once, is told of at once, and works later."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.telling import tell
from careid.errors import Refused
from careid.people.models import LATELY, Profile
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import noted

# Whoever did one of these to a profile does not lift the hold that follows from it.
LED_TO_IT: Final = (EventName.PROFILE_EMAIL_CHANGED, EventName.PROFILE_NINO_CHANGED, EventName.ASSISTED_STARTED)


def hold(profile: Profile, now: datetime) -> timedelta:
    """How long an authenticator added now waits before it works: somebody could be adding it in another's name."""
    if profile.changed_lately(now) or not profile.email:
        return settings.HOLD_AFTER_CHANGE
    standing = settings.HOLD_WHERE_ONE_STANDS
    stands = standing and profile.authenticators.live().exists()
    return standing if stands else timedelta()


@transaction.atomic
def lift(*, authenticator: Authenticator, by: str, reason: str, note: str = "") -> bool:
    """Let an authenticator on hold work now. Returns whether it was on hold.

    Refused: `own_change`, where `by` changed the profile, or helped to add the authenticator; `reported`, while a
    report of “this was not me” is open.
    """
    since = authenticator.added_at - LATELY
    before = Event.objects.filter(profile_id=authenticator.profile_id, name__in=LED_TO_IT, at__gte=since, actor=by)
    if before.filter(outcome="ok").exists():
        raise Refused("own_change")
    if Profile.locked(authenticator.profile_id).reported_at:
        raise Refused("reported")
    now = timezone.now()
    active = Authenticator.objects.filter(pk=authenticator.pk, state=Authenticator.State.ACTIVE)
    lifted = active.filter(usable_from__gt=now).update(usable_from=now)
    if lifted:
        authenticator.refresh_from_db()
        event = EventName.AUTHENTICATOR_HOLD_LIFTED
        tell(event, authenticator, by=by, reason=reason, details=noted(note))
    return bool(lifted)
