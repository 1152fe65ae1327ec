"""The code that is mailed: issued, sent again, checked. Someone who matched nothing goes through the same."""

import hmac
import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from careid.errors import Refused, counted
from careid.limits import limits
from careid.limits.limits import CODE_SENDS_ALL, CODE_SENDS_DAY, CODE_SENDS_HOUR, CODE_WRONG_DAY, CODE_WRONG_IN_A_ROW
from careid.people.models import Profile
from careid.people.typed import email_address
from careid.post import outbox
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record
from enrolment.models import VERIFIED, Attempt, EmailCode, token_hash

DIGITS: Final = 6
TRIES_MOST: Final = 5
WAITS: Final = {
    1: 30,
    2: 60,
    3: 120,
}  # seconds before the next, by how many were sent; after the fourth there is none
PURPOSE: Final = "enrol"
A_MOMENT: Final = timedelta(seconds=10)  # within which a second press is the same press


def first(*, attempt: Attempt, tell: Profile | None = None, reason: str = "") -> None:
    """The first code of a new attempt, in the caller's transaction.

    Where there is somebody to `tell`, a notice of the reason goes to them in its place.
    """
    now = timezone.now()
    code, digest = _new(attempt)
    EmailCode.objects.create(attempt=attempt, digest=digest, issued_at=now, expires_at=now + settings.CODE_LIFE)
    _send(attempt, code, 1, tell=tell, reason=reason)


def wait(code: EmailCode) -> int | None:
    """Seconds until another may be sent: 0 where now, None where never."""
    if code.sends not in WAITS:
        return None
    left = code.issued_at + timedelta(seconds=WAITS[code.sends]) - timezone.now()
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
    limits.hit_or_lock(*sends, then=((CODE_SENDS_ALL, ""),), reference=attempt.reference)
    now = timezone.now()
    words, digest = _new(attempt)
    with transaction.atomic():
        due = Q(sends=code.sends, issued_at=code.issued_at)  # of two at once, one finds it
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


def check(*, attempt: Attempt, typed: str) -> str:
    """Spend one try on six typed digits. Where they are right, the attempt is verified; returns its new token.

    Refused: `expired`, `spent` (five tries, or used), `wrong`. Locked after 25 wrong ones for these details in a day.
    """
    digest = _take_try(attempt)  # where it refuses, nothing is compared: no event, or a stranger could fill the trail
    _count_try(attempt)
    right = any(hmac.compare_digest(one, digest) for one in _digests(attempt, typed))
    token = _accept(attempt, digest) if right else None
    if right and attempt.profile:
        limits.take_back(CODE_WRONG_DAY, attempt.subject, clear=CODE_WRONG_IN_A_ROW if token else None)
    if token is None:
        _record(attempt, EventName.EMAIL_CODE_REJECTED, outcome="refused", reason="wrong")
        raise Refused("wrong")
    return token


def _count_try(attempt: Attempt) -> None:
    """Count a try among the wrong ones before it is compared; those that the day's lock holds back count no further."""
    day, in_a_row = (CODE_WRONG_DAY, attempt.subject), (CODE_WRONG_IN_A_ROW, attempt.subject)
    verdict = limits.hit(day, then=(in_a_row,), reference=attempt.reference)
    if verdict.locked:
        if verdict.just_reached:
            _tell_of_lock(attempt, verdict)
        raise limits.Locked(verdict, reference=attempt.reference)


# The profile's row is locked first; what it says must still be what the details named, and the code be unused.
_ACCEPT: Final = """
WITH named AS (
    SELECT id FROM careid_profile
    WHERE id = %(profile)s AND state = 'open' AND lower(email) = %(email)s AND nino_fingerprint = %(matched)s
    FOR NO KEY UPDATE
), used AS (
    UPDATE enrolment_emailcode SET used_at = %(now)s FROM named
    WHERE attempt_id = %(attempt)s AND digest = %(digest)s AND used_at IS NULL RETURNING attempt_id
)
UPDATE enrolment_attempt
SET verified_at = %(now)s, last_seen_at = %(now)s, token_hash = %(new)s, previous_token_hash = %(old)s
FROM used WHERE id = used.attempt_id"""


@transaction.atomic
def _accept(attempt: Attempt, digest: bytes) -> str | None:
    """Verify the attempt, if its code is unused and its profile is still the one that the details named."""
    token = attempt.tokens(VERIFIED)[0]
    values = {
        "profile": attempt.profile_id,
        "email": email_address(attempt.typed_email),
        "matched": attempt.matched_fingerprint,
        "attempt": attempt.pk,
        "digest": digest,
        "now": timezone.now(),
        "new": token_hash(token),
        "old": attempt.token_hash,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ACCEPT, values)
        if not cursor.rowcount:
            return None
    attempt.unsaved_seen_at = None
    if attempt.matched_fingerprint != attempt.nino_fingerprint:  # it matched under an older index key
        Profile.objects.filter(attempt=attempt).update(nino_fingerprint=attempt.nino_fingerprint)
    _record(attempt, EventName.EMAIL_CODE_ACCEPTED)
    return token


def second_press(*, attempt: Attempt, typed: str) -> str | None:
    """A token for the second of two presses, where the first verified this attempt a moment ago with the same code."""
    moment = timezone.now() - A_MOMENT
    if attempt.ended_at or attempt.verified_at is None or attempt.verified_at < moment or not is_of(attempt, typed):
        return None
    return attempt.token_of(VERIFIED)


def is_of(attempt: Attempt, typed: str) -> bool:
    """Whether these digits are the mailed code of this attempt, used or not."""
    code = EmailCode.objects.get(attempt=attempt)
    return any(hmac.compare_digest(one, bytes(code.digest)) for one in _digests(attempt, typed))


def _take_try(attempt: Attempt) -> bytes:
    # One statement counts the try before anything is compared, so that forty at once get five.
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE enrolment_emailcode SET tries = tries + 1
               WHERE attempt_id = %s AND used_at IS NULL AND tries < %s AND expires_at > %s RETURNING digest""",
            [attempt.pk, TRIES_MOST, timezone.now()],
        )
        row = cursor.fetchone()
    if row:
        return bytes(row[0])
    expired = EmailCode.objects.filter(attempt=attempt, used_at=None, expires_at__lte=timezone.now()).exists()
    raise Refused("expired" if expired else "spent")


def _new(attempt: Attempt) -> tuple[str, bytes]:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    return code, _digests(attempt, code)[0]


def _digests(attempt: Attempt, code: str) -> list[bytes]:
    return crypto.macs("email code", str(attempt.pk), PURPOSE, code)


def _send(attempt: Attempt, code: str, number: int, *, tell: Profile | None = None, reason: str = "") -> None:
    _record(attempt, EventName.EMAIL_CODE_SENT, outcome="ok" if attempt.profile else "withheld", number=number)
    outbox.send(
        "not_matched" if tell else "code",
        profile=tell or attempt.profile,
        context={"code": code, "minutes": settings.CODE_LIFE.seconds // 60, "profile": tell, "why": reason},
        reference=attempt.reference,
        good_for=None if tell else settings.CODE_LIFE - settings.CODE_WORTH_SENDING,
    )


def _tell_of_lock(attempt: Attempt, verdict: limits.Verdict) -> None:
    context = {"until": None if verdict.by_hand else verdict.until}
    with transaction.atomic():
        if attempt.profile:
            outbox.to_everyone("locked", profile=attempt.profile, context=context, reference=attempt.reference)
        else:
            outbox.send("locked", profile=None, context=context, reference=attempt.reference)


def _record(attempt: Attempt, name: EventName, *, outcome: str = "ok", reason: str = "", number: int = 0) -> None:
    record(
        name,
        outcome=outcome,
        reason=reason,
        profile=attempt.profile,
        attempt_id=attempt.pk,
        reference=attempt.reference,
        details={"number": number} if number else None,
    )
