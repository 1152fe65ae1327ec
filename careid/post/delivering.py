"""Delivering, by a worker: what the outbox holds goes to the mail server, at least once, or is given up."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from careid.limits import counting, limits
from careid.post import smtp
from careid.post.models import Mail
from careid.storing import database
from careid.trail.actors import SYSTEM
from careid.trail.names import EventName
from careid.trail.record import record

# What the server refuses for a while, or leaves without an answer, is tried again after these times; then the mail is
# given up, with an alarm.
AFTER_REFUSAL: Final = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
]
PROBE: Final = timedelta(seconds=30)  # while the server can't be reached
CODE_AGAIN: Final = timedelta(seconds=4)  # a code is tried every few seconds while it lives
LINES_TO_ONE: Final = 2  # of a worker, to one address at once: a mailbox that takes minutes keeps no other waiting
AT_MOST: Final = {  # to one person
    "not_matched": limits.NOT_MATCHED_MAIL,
    "silenced": limits.SILENCED_MAIL,
    "apply_on_file": limits.ON_FILE_MAIL,
}
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class TryLater(Exception):
    """Not sent this time. The job comes back after the time `after`, and that is `at` by the database's clock."""

    at: datetime

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"again in {after}")
        self.after = after


_unreachable_until = 0.0  # of this worker's clock: what waits for the server waits together


def deliver(mail_id: str) -> None:
    """Send one mail if it still should go. Raises TryLater where it should come back.

    At least once: a worker that dies between sending and noting it sends again, under the same Message-ID.
    """
    queued = Mail.objects.select_related("profile__organisation").filter(pk=mail_id, state=Mail.State.QUEUED)
    mail = queued.annotate(clock=Now()).first()
    if mail is None:
        return
    try:
        _deliver(mail, mail.clock)
    except TryLater as later:
        later.at = mail.clock + later.after
        raise


def _deliver(mail: Mail, now: datetime) -> None:
    again = CODE_AGAIN if mail.not_after else PROBE
    if not mail.worth_sending(now):
        _settle(mail, Mail.State.EXPIRED)
    elif not mail.content["to"]:
        _settle(mail, Mail.State.DROPPED)
    elif time.monotonic() < _unreachable_until:
        raise TryLater(again)
    elif _told_lately(mail):
        _settle(mail, Mail.State.DROPPED)
    else:
        _hand_over(mail, again)


def _told_lately(mail: Mail) -> bool:
    # The web writes these notices each time, so that its work tells nothing; so many at most go out.
    most = AT_MOST.get(mail.template)
    if most is None or mail.allowed:
        return False
    if counting.hit((most, str(mail.profile_id))).silenced:
        return True
    Mail.objects.filter(pk=mail.pk).update(allowed=True)
    return False


def _hand_over(mail: Mail, again: timedelta) -> None:
    message = _message(mail)
    database.let_go()  # the server may take minutes
    try:
        with _line_to(mail.content["to"].lower()):
            refusal = smtp.hand_over(message)
    except smtp.Unreachable:
        _wait_together(again)
        raise TryLater(again) from None
    except smtp.NotBuilt:
        refusal = smtp.Refusal("can not be built", for_good=True)
    if refusal:
        _refused(mail, refusal)
    else:
        _settle(mail, Mail.State.SENT)


_waited_for: Counter[str] = Counter()  # lines of this worker, by the address that each has a mail to
_taking_a_line = threading.Lock()


@contextmanager
def _line_to(address: str) -> Iterator[None]:
    with _taking_a_line:
        if _waited_for[address] == LINES_TO_ONE:
            raise TryLater(CODE_AGAIN)
        _waited_for[address] += 1
    try:
        yield
    finally:
        with _taking_a_line:
            _waited_for.subtract([address])
            if not _waited_for[address]:
                del _waited_for[address]


def _wait_together(again: timedelta) -> None:
    global _unreachable_until  # noqa: PLW0603  one probe a worker, not one a mail
    _unreachable_until = time.monotonic() + again.total_seconds()
    log.error("the mail server can not be reached or does not let us in; what is queued waits")


def _refused(mail: Mail, refusal: smtp.Refusal) -> None:
    later = [] if refusal.for_good else AFTER_REFUSAL[mail.refusals : mail.refusals + 1]
    Mail.objects.filter(pk=mail.pk).update(refusals=F("refusals") + 1)
    if mail.not_after and not refusal.for_good:
        raise TryLater(CODE_AGAIN)
    if later:
        raise TryLater(later[0])
    with transaction.atomic():
        _settle(mail, Mail.State.FAILED, answer=refusal.answer)
        record(
            EventName.MAIL_FAILED,
            outcome="failed",
            actor=SYSTEM,
            profile=mail.profile,
            organisation=mail.organisation,
            reference=mail.reference,
            details={"template": mail.template, "answer": refusal.answer},
        )
    log.error("a mail was refused for good", mail_id=mail.pk, answer=refusal.answer)


def _message(mail: Mail) -> EmailMessage:
    content = mail.content
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        content["subject"],
        content["body"],
        to=[content["to"]],
        headers={"Message-ID": f"<{mail.pk}@{domain}>", "Auto-Submitted": "auto-generated"},  # RFC 3834
    )


def _settle(mail: Mail, state: Mail.State, *, answer: str = "") -> None:
    Mail.objects.filter(pk=mail.pk).update(state=state, content=None, settled_at=timezone.now(), answer=answer)
