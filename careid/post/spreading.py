"""Mails that go to many at once: so many an hour, so that the mail server bears them and no code waits behind them."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from procrastinate.contrib.django import app

from careid.post.models import Mail
from careid.storing import copying

DELIVER: Final = "careid.deliver"  # the job, by its name: `careid.post.jobs` has it
MANY: Final = "notices"  # the queue
SLOT: Final = timedelta(minutes=1)
LAST: Final = -1  # priority: what tells one person something goes before


def spread(mails: list[Mail], an_hour: int) -> None:
    """Queue these mails a minute's worth at a time, in the caller's transaction. `queued_at` is when each goes."""
    waiting = Mail.objects.filter(state=Mail.State.QUEUED)
    each, at, taken = max(1, an_hour // 60), timezone.now(), 0
    if (last := waiting.order_by("-queued_at").values_list("queued_at", flat=True).first()) and last > at:
        at, taken = last, waiting.filter(queued_at=last).count()
    left = list(mails)
    while left:
        now, left = left[: max(0, each - taken)], left[max(0, each - taken) :]
        _queue(now, at)
        at, taken = at + SLOT, 0


def _queue(mails: list[Mail], at: datetime) -> None:
    for mail in mails:
        mail.queued_at = at
    if mails:
        copying.add(mails)
        app.configure_task(DELIVER, queue=MANY, priority=LAST, schedule_at=at).batch_defer(*jobs(mails))


def jobs(mails: list[Mail]) -> list[dict[str, Any]]:
    """What the job of each mail is given."""
    return [{"mail_id": str(mail.pk)} for mail in mails]
