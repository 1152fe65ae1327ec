"""Sessions by which nobody is here any more are marked as ended, each with its reason and its event.

A session that stands on what may not be used is dead at the next request, without this. It is for those who are told:
the person's own list, the desk, and the services that somebody signed in to.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from authenticators.models import Authenticator, Report
from careid.people.models import Profile
from careid.storing import database
from careid.trail.actors import SYSTEM
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record, together
from enrolment import attempts
from sign_in.models import KnownBrowser, Session
from sign_in.words import Ended

AT_ONCE: Final = 500  # sessions a transaction: their locks are short
LATELY: Final = timedelta(minutes=5)  # longer than a change takes from its event to its commit
# What shuts somebody out, each of them with its event in the transaction that does it.
SHUT_OUT: Final = (
    *(EventName.AUTHENTICATOR_REVOKED, EventName.AUTHENTICATOR_SUSPENDED),
    *(EventName.PROFILE_CLOSED, EventName.NOT_ME_REPORTED),
)


def sweep(*, thoroughly: bool = False) -> int:
    """Mark as ended every session that is idle, too old or no longer usable, some at a time. Returns how many.

    What is no longer usable is looked for among those of whom the trail tells such a thing of late, or among all that
    are open where it is done `thoroughly`: a hundred thousand take seconds.
    """
    now = timezone.now()
    lately = Event.objects.filter(name__in=SHUT_OUT, outcome="ok", at__gt=now - LATELY).values("profile_id")
    still = Session.objects.filter(ended_at=None)
    idle = still.filter(last_seen_at__lte=now - settings.SESSION_IDLE).order_by("last_seen_at")
    began = now - settings.SESSION_LIFE
    old = still.filter(started_at__lte=began, newest__at__lte=began).order_by("started_at")
    stopped = (rows if thoroughly else rows.filter(profile__in=lately) for rows in (dead(now), dead_while_idle(now)))
    return sum(_end_all(rows, now) for rows in (idle, old, *(rows.order_by("profile_id") for rows in stopped)))


def forget_browsers() -> int:
    """Forget each browser of a person whose report of “this was not me” is open. Returns how many there were.

    One of them may be another's: it would have tries of its own, and no mail would tell of its next sign-in.
    """
    reported = Report.objects.filter(closed_at=None).values("profile")
    with database.patiently():
        return KnownBrowser.objects.filter(profile__in=reported).delete()[0]


def dead(now: datetime) -> "QuerySet[Session]":
    """The open sessions by which nobody is here at that time: those of which `Session.why_dead` says a word."""
    idle = Q(last_seen_at__lte=now - settings.SESSION_IDLE) | Q(newest__at__lte=now - settings.SESSION_LIFE)
    return Session.objects.filter(idle | _stopped(now), ended_at=None)


def dead_while_idle(now: datetime) -> "QuerySet[Session]":
    """The sessions that stand idle and that nobody can come back to any more, though services take it that they do."""
    began = now - settings.SESSION_LIFE
    idle = Session.objects.filter(ended_reason=Ended.IDLE, ended_at__gt=began, newest__at__gt=began)
    return idle.filter(_stopped(now))


def _stopped(now: datetime) -> Q:
    """The condition that a session's newest sign-in does not stand: the `SignIn.stands` of many."""
    usable = Authenticator.objects.usable(now).filter(pk=OuterRef("newest__authenticator"))
    stopped_since = Q(newest__authenticator__state_changed_at__gt=F("newest__at"))
    reinstated = stopped_since & ~Q(newest__authenticator__state_reason="")
    shut_out = ~Q(profile__state=Profile.State.OPEN) | Q(profile__reported_at__isnull=False)
    return shut_out | reinstated | Q(~Exists(usable))


def _end_all(rows: "QuerySet[Session]", now: datetime) -> int:
    ended = 0
    while some := _some(rows, now):
        ended += some
    return ended


def _some(rows: "QuerySet[Session]", now: datetime) -> int:
    with database.patiently(for_locks=False), together():
        held = rows.select_related("profile__organisation", "newest__authenticator")
        held = held.select_for_update(of=("self",), skip_locked=True)
        return _end(list(held.defer("newest__authenticator__material")[:AT_ONCE]), now)


def _end(sessions: Sequence[Session], now: datetime) -> int:
    """Write the reason into these rows, which are locked, and an event for each."""
    over: dict[str, list[Session]] = defaultdict(list)
    for one in sessions:
        if (why := one.why_dead(now)) != one.ended_reason:
            over[why].append(one)
    for why, rows in over.items():
        Session.objects.filter(pk__in=[one.pk for one in rows]).update(ended_at=now, ended_reason=why)
        for one in rows:
            about = one.newest.authenticator_id
            record(EventName.SESSION_ENDED, actor=SYSTEM, reason=why, profile=one.profile, authenticator_id=about)
    ended = [one for rows in over.values() for one in rows]
    whose, ids = {one.profile for one in ended}, [one.pk for one in ended]
    attempts.end_everyones(profiles=whose, session_ids=ids, reason=Ended.SIGNED_OUT)
    return len(ended)
