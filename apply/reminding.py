"""Reminders of an invitation: the same link again, twice at most, while it lives and nothing was given."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from apply import mails
from apply.models import Invitation
from careid.post import outbox
from careid.storing import database
from careid.trail.actors import SYSTEM
from careid.trail.names import EventName
from careid.trail.record import record, together

AFTER: Final = (timedelta(days=7), timedelta(days=21))  # since the link was sent
AT_ONCE: Final = 1_000  # invitations a transaction


def due(now: datetime) -> "QuerySet[Invitation]":
    """Those that are to be reminded now: of several reminders that are due, of the last alone."""
    times = (Q(reminded__lte=count, sent_at__lte=now - after) for count, after in enumerate(AFTER))
    live = Q(state__in=Invitation.LIVE, expires_at__gt=now, reminds=True)
    return Invitation.objects.filter(live & reduce(or_, times))


def remind() -> int:
    """Remind all whose time it is, each once however often it is run. Returns how many there were."""
    count = 0
    while some := _remind_some(timezone.now()):
        count += some
    return count


def _remind_some(now: datetime) -> int:
    with database.patiently(), outbox.together(an_hour=settings.MAILS_AN_HOUR):
        theirs = due(now).select_for_update(of=("self",), no_key=True).select_related("organisation")
        these = list(theirs.order_by("pk")[:AT_ONCE])
        for count, after in enumerate(AFTER, start=1):
            told = [one.pk for one in these if one.sent_at <= now - after]
            Invitation.objects.filter(pk__in=told).update(reminded=count)
        with together():
            for one in these:
                record(EventName.INVITATION_REMINDED, actor=SYSTEM, **one.in_trail)
        mails.send("apply_reminder", these)
    return len(these)
