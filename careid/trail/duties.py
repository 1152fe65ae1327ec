"""Separation of duties: whoever led to something does not undo its discovery. The trail says who did, every door asks.

Accounts of the desk alone are asked about: a person's own steps and an operator's commands have no colleague here. A
door asks under the lock of the profile, so that of a change and its undoing at once, one comes first.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from careid.errors import Refused
from careid.people.models import LATELY, Profile
from careid.trail import actors
from careid.trail.models import Event
from careid.trail.names import EventName

# What a hold and somebody else's authenticator come of. Who is named as having checked answers for an assisted one too.
LED_TO_IT: Final = (EventName.PROFILE_EMAIL_CHANGED, EventName.PROFILE_NINO_CHANGED, EventName.ASSISTED_STARTED)
# What else lets somebody in, or go on.
HELPED: Final = (
    *LED_TO_IT,
    EventName.AUTHENTICATOR_HOLD_LIFTED,
    EventName.AUTHENTICATOR_REINSTATED,
    EventName.PROFILE_REOPENED,
    EventName.PROFILE_INVITED,
    EventName.LIMIT_LIFTED,
)
# What a mail with the link tells of, and so what a report can be about.
REPORTED: Final = (
    *HELPED,
    EventName.AUTHENTICATOR_SUSPENDED,
    EventName.AUTHENTICATOR_REVOKED,
    EventName.PROFILE_CLOSED,
)
BEFORE: Final = timedelta(days=10) + LATELY  # a report: its link's life, and what the thing told of may come of
AFTER: Final = timedelta(days=30)  # who led to what was closed as misuse, or as unclear, helps that person no more
NO_HARM: Final = frozenset({"the_person", "mistake"})  # outcomes of a report


def apart(
    profile_id: int, *, by: str, names: tuple[EventName, ...], since: datetime, until: datetime | None = None
) -> None:
    """Refused `own_change`, where `by` did one of these to the profile in that time, or is named as having checked."""
    if actors.admin_key(by) is None:
        return
    theirs = Event.objects.filter(Q(actor=by) | Q(details__checked_by=by), profile_id=profile_id, outcome="ok")
    within = theirs.filter(name__in=names, at__gte=since)
    if (within.filter(at__lte=until) if until else within).exists():
        raise Refused("own_change")


def apart_from_report(profile_id: int, *, by: str, reported_at: datetime) -> None:
    """Refused `own_change`, where `by` did what a report of that time can be about, or what that came of."""
    apart(profile_id, by=by, names=REPORTED, since=reported_at - BEFORE, until=reported_at)


def apart_from_what_was_reported(profile: Profile, *, by: str) -> None:
    """The same of each report that is open, or was closed within 30 days as anything but the person's or our doing."""
    reports = Event.objects.filter(profile_id=profile.pk, name=EventName.NOT_ME_REPORTED)
    closed = Event.objects.filter(profile_id=profile.pk, name=EventName.NOT_ME_CLOSED, at__gt=timezone.now() - AFTER)
    if profile.reported_at or closed.exclude(reason__in=NO_HARM).exists():
        for at in reports.values_list("at", flat=True):
            apart_from_report(profile.pk, by=by, reported_at=at)
