"""Separation of duties: whoever led to something does not undo its discovery. The trail says who did, every door asks.

Accounts of the desk alone are asked about: a person's own steps and an operator's commands have no colleague here. A
door asks under the lock of the profile, so that of a change and its undoing at once, one comes first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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
    EventName.APPLICATION_APPROVED,
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


_Past = list[tuple[str, datetime, str]]  # what happened, when, and why
_known: ContextVar["dict[tuple[int, str], _Past] | None"] = ContextVar("known", default=None)


def apart(
    profile_id: int, *, by: str, names: tuple[EventName, ...], since: datetime, until: datetime | None = None
) -> None:
    """Refused `own_change`, where `by` did one of these to the profile in that time, or is named as having checked."""
    past = _past(profile_id, by)
    if any(name in names and since <= at and (until is None or at <= until) for name, at, _ in past):
        raise Refused("own_change")


def apart_from_report(profile_id: int, *, by: str, reported_at: datetime) -> None:
    """Refused `own_change`, where `by` did what a report of that time can be about, or what that came of."""
    apart(profile_id, by=by, names=REPORTED, since=reported_at - BEFORE, until=reported_at)


def apart_from_closing(profile_id: int, *, by: str, reported_at: datetime) -> None:
    """Refused `own_change`, where `by` closed one as no harm within 30 days before this one: it may be a protest."""
    closed = Event.objects.filter(profile_id=profile_id, name=EventName.NOT_ME_CLOSED, reason__in=NO_HARM, actor=by)
    if actors.admin_key(by) is not None and closed.filter(at__range=(reported_at - AFTER, reported_at)).exists():
        raise Refused("own_change")


def apart_from_what_was_reported(profile: Profile, *, by: str) -> None:
    """The same of each report, while one is open, or was closed within 30 days as anything but the person's doing."""
    with read_once():
        past, lately = _past(profile.pk, by), timezone.now() - AFTER
        misused = any(name == EventName.NOT_ME_CLOSED and at > lately and why not in NO_HARM for name, at, why in past)
        if profile.reported_at or misused:
            for reported_at in (at for name, at, _ in past if name == EventName.NOT_ME_REPORTED):
                apart_from_report(profile.pk, by=by, reported_at=reported_at)


@contextmanager
def read_once() -> Iterator[None]:
    """Read what happened to a person once in this block, for a page that asks of many of that person's rows."""
    known = _known.get()
    before = _known.set({} if known is None else known)
    try:
        yield
    finally:
        _known.reset(before)


def _past(profile_id: int, by: str) -> _Past:
    """What this account did to the profile, and the profile's reports; nothing for who is no account of the desk."""
    known = _known.get()
    if actors.admin_key(by) is None:
        return []
    if known is not None and (profile_id, by) in known:
        return known[profile_id, by]
    theirs = Q(Q(actor=by) | Q(details__checked_by=by), name__in=REPORTED, outcome="ok")
    reports = Q(name__in=(EventName.NOT_ME_REPORTED, EventName.NOT_ME_CLOSED))
    past = list(Event.objects.filter(theirs | reports, profile_id=profile_id).values_list("name", "at", "reason"))
    if known is not None:
        known[profile_id, by] = past
    return past
