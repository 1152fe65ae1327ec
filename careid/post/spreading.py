"""Mails that go to many at once: so many an hour, so that the mail server bears them and no code waits behind them."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from careid.post.models import Mail
from careid.storing import copying

DELIVER: Final = "careid.deliver"  # the job, by its name: `careid.post.jobs` has it
MANY: Final = "notices"  # the queue
HOUR: Final = timedelta(hours=1)
_ONE_BY_ONE: Final = "SELECT pg_advisory_xact_lock(7302029)"  # of two that spread at once, one sees the other's
LAST: Final = -1  # priority: what tells one person something goes before


def spread(mails: list[Mail], an_hour: int) -> None:
    """Queue these mails a minute's worth at a time, in the caller's transaction. `queued_at` is when each goes.

    Where less than two are a minute's worth, one by one.
    """
    if not mails:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ONE_BY_ONE)
    each = max(1, an_hour // 60)
    slot = HOUR * each / an_hour
    at, taken = _newest(timezone.now(), slot)
    left = list(mails)
    while left:
        now, left = left[: max(0, each - taken)], left[max(0, each - taken) :]
        _queue(now, at)
        at, taken = at + slot, 0


def _newest(now: datetime, slot: timedelta) -> tuple[datetime, int]:
    """The newest slot that mails wait for, and how many it has: this one, if none wait for a later one."""
    waits = Q(state=Mail.State.QUEUED)
    last = Mail.objects.filter(waits).order_by("-queued_at").values_list("queued_at", flat=True).first()
    if last and last > now:
        return last, Mail.objects.filter(waits, queued_at=last).count()
    # Apart, since each has an index of its own.
    return now, sum(Mail.objects.filter(one, queued_at__gt=now - slot).count() for one in (waits, ~waits))


def _queue(mails: list[Mail], at: datetime) -> None:
    for mail in mails:
        mail.queued_at = at
    if mails:
        copying.add(mails)
        app.configure_task(DELIVER, queue=MANY, priority=LAST, schedule_at=at).batch_defer(*jobs(mails))


def jobs(mails: list[Mail]) -> list[dict[str, Any]]:
    """What the job of each mail is given."""
    return [{"mail_id": str(mail.pk)} for mail in mails]
