"""Sessions by which nobody is here any more are marked as ended, each with its reason and its event.

A session that stands on what may not be used is dead at the next request, without this. It is for those who are told:
the person's own list, the desk, and the services that somebody signed in to.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from authenticators.models import Authenticator
from careid.people.models import Profile
from careid.storing import database
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record, together
from enrolment import attempts
from sign_in.models import Session

AT_ONCE: Final = 500  # sessions a transaction: their locks are short


def sweep() -> int:
    """Mark as ended every session that is idle, too old or no longer usable, some at a time. Returns how many."""
    ended = 0
    while some := _some():
        ended += some
    return ended


def dead(now: datetime) -> "QuerySet[Session]":
    """The open sessions by which nobody is here at that time: those of which `Session.why_dead` says a word."""
    usable = Authenticator.objects.usable(now).filter(pk=OuterRef("newest__authenticator"))
    stopped_since = Q(newest__authenticator__state_changed_at__gt=F("newest__at"))
    reinstated = stopped_since & ~Q(newest__authenticator__state_reason="")
    shut_out = ~Q(profile__state=Profile.State.OPEN) | Q(profile__reported_at__isnull=False)
    idle = Q(last_seen_at__lte=now - settings.SESSION_IDLE) | Q(newest__at__lte=now - settings.SESSION_LIFE)
    return Session.objects.filter(idle | shut_out | reinstated | ~Exists(usable), ended_at=None)


def _some() -> int:
    now = timezone.now()
    with database.patiently(for_locks=False), together():
        rows = dead(now).select_related("profile__organisation", "newest__authenticator")
        rows = rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        return _end(list(rows[:AT_ONCE]), now)


def _end(sessions: Sequence[Session], now: datetime) -> int:
    """Write the reason into these rows, which are locked, and an event for each."""
    over = [(one, why) for one in sessions if (why := one.why_dead(now))]
    for one, why in over:
        one.ended_at, one.ended_reason = now, why
        about = one.newest.authenticator_id
        record(EventName.SESSION_ENDED, actor=actors.SYSTEM, reason=why, profile=one.profile, authenticator_id=about)
    rows = [one for one, _ in over]
    Session.objects.bulk_update(rows, ["ended_at", "ended_reason"])
    whose, ids = {one.profile for one in rows}, [one.pk for one in rows]
    attempts.end_everyones(profiles=whose, session_ids=ids, reason="signed_out")
    return len(rows)
