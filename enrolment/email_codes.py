"""The code that is mailed: made and sent, once more where asked. Someone who matched nothing goes through the same."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from careid.errors import Refused, counted
from careid.limits import counting
from careid.limits.limits import CODE_SENDS_ALL, CODE_SENDS_DAY, CODE_SENDS_HOUR
from careid.people.models import Profile
from careid.post import outbox
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record
from enrolment.models import Attempt, EmailCode

DIGITS: Final = 6
WAITS: Final = {
    1: 30,
    2: 60,
    3: 120,
}  # seconds before the next, by how many were sent; after the fourth there is none
PURPOSE: Final = "enrol"


def first(
    *, attempt: Attempt, tell: Profile | None = None, reason: str = "", silent_until: datetime | None = None
) -> None:
    """The first code of a new attempt, in the caller's transaction.

    Where there is somebody to `tell`, that person gets a notice of the reason in place of the code; or, with
    `silent_until`, a notice that no code is sent until then.
    """
    now = timezone.now()
    code, digest = _new(attempt)
    EmailCode.objects.create(attempt=attempt, digest=digest, issued_at=now, expires_at=now + settings.CODE_LIFE)
    template = "silenced" if silent_until else "not_matched" if tell else "code"
    _send(attempt, code, 1, template=template, tell=tell, told={"why": reason, "until": silent_until})


def wait(code: EmailCode) -> int | None:
    """Seconds until another code may be sent: 0 where at once, None where never."""
    if code.sends not in WAITS:
        return None
    return seconds_left(code.issued_at, WAITS[code.sends])


def seconds_left(since: datetime, wait: int) -> int:
    """How many of a wait's seconds are left, a part of one as a whole one: 0 where it is over."""
    left = since + timedelta(seconds=wait) - timezone.now()
    return max(0, -int(-left.total_seconds() // 1))


def again(*, attempt: Attempt) -> None:
    """Replace the code and send the new one.

    Refused: `too_soon`, `no_more`. Locked where too many were sent for these details.
    """
    code = EmailCode.objects.get(attempt=attempt)
    left = wait(code)
    if left:
        raise Refused("too_soon", wait=counted(left, "second"))
    if left is None:
        raise Refused("no_more")
    pair = attempt.subject
    sends = ((CODE_SENDS_HOUR, pair), (CODE_SENDS_DAY, pair))
    counting.hit_or_lock(*sends, then=((CODE_SENDS_ALL, ""),), reference=attempt.reference)
    now = timezone.now()
    words, digest = _new(attempt)
    with transaction.atomic():
        due = Q(sends=code.sends, issued_at=code.issued_at)  # of two at once, one finds the row so
        sent = EmailCode.objects.filter(due, attempt=attempt).update(
            digest=digest,
            sends=F("sends") + 1,
            tries=0,
            issued_at=now,
            expires_at=now + settings.CODE_LIFE,
            used_at=None,
        )
        if sent:
            _send(attempt, words, code.sends + 1)


def tries(attempt: Attempt) -> int:
    """How many tries the newest code has had."""
    return EmailCode.objects.get(attempt=attempt).tries


def is_of(attempt: Attempt, typed: str) -> bool:
    """Whether these digits are the mailed code of this attempt, used or not: never in assisted registration."""
    code = EmailCode.objects.filter(attempt=attempt).first()
    return code is not None and any(hmac.compare_digest(one, bytes(code.digest)) for one in digests(attempt, typed))


def _new(attempt: Attempt) -> tuple[str, bytes]:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    return code, digests(attempt, code)[0]


def digests(attempt: Attempt, code: str) -> list[bytes]:
    """What a row keeps of this code, under each key: the newest key's first."""
    return crypto.macs("email code", str(attempt.pk), PURPOSE, code)


def _send(
    attempt: Attempt,
    code: str,
    number: int,
    *,
    template: str = "code",
    tell: Profile | None = None,
    told: dict[str, Any] | None = None,
) -> None:
    outcome = "ok" if attempt.profile else "withheld"
    record(EventName.EMAIL_CODE_SENT, outcome=outcome, details={"number": number}, **attempt.in_trail)
    outbox.send(
        template,
        profile=tell or attempt.profile,
        context={"code": code, "minutes": settings.CODE_LIFE.seconds // 60, "profile": tell, **(told or {})},
        reference=attempt.reference,
        good_for=settings.CODE_LIFE - settings.CODE_WORTH_SENDING if template == "code" else None,
    )
