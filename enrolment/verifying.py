"""The mailed code, typed: each try is counted before it is compared, and the right code verifies the attempt."""

import hmac
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from careid.errors import Refused
from careid.limits import counting
from careid.limits.limits import CODE_WRONG_DAY, CODE_WRONG_IN_A_ROW, SECOND_PRESSES
from careid.people.typed import email_address
from careid.post import outbox
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record
from enrolment import email_codes, tokens
from enrolment.models import Attempt, EmailCode

TRIES_MOST: Final = 5


def check(*, attempt: Attempt, typed: str) -> str:
    """Spend one try on six typed digits. Right ones verify the attempt; returns its new token.

    Refused: `expired`, `spent` (five tries, or used), `wrong`. Locked after 25 wrong ones for these details in a day.
    """
    digest = _take_try(attempt)  # its refusal leaves no event, or a stranger could fill the trail
    _count_try(attempt)
    right = any(hmac.compare_digest(one, digest) for one in email_codes.digests(attempt, typed))
    token = _accept(attempt, digest) if right else None
    if right and attempt.profile:
        in_a_row = (CODE_WRONG_IN_A_ROW, attempt.subject)
        counting.take_back((CODE_WRONG_DAY, attempt.subject), forgetting=(in_a_row,) if token else ())
    if token is None:
        _rejected(attempt)
        raise Refused("wrong")
    return token


def _rejected(attempt: Attempt) -> None:
    record(EventName.EMAIL_CODE_REJECTED, outcome="refused", reason="wrong", **attempt.in_trail)


def _count_try(attempt: Attempt) -> None:
    """Count a try among the wrong ones before it is compared; one that the day's lock holds back counts no further."""
    day, in_a_row = (CODE_WRONG_DAY, attempt.subject), (CODE_WRONG_IN_A_ROW, attempt.subject)
    verdict = counting.hit(day, then=(in_a_row,), reference=attempt.reference)
    if verdict.locked:
        if verdict.just_reached:
            _tell_of_lock(attempt, verdict)
        raise counting.Locked(verdict, reference=attempt.reference)


# The profile's row is locked first. The profile must still be what the details named, and the code be unused. Who was
# let in without a number, and adds another, has none to compare.
_ACCEPT: Final = """
WITH named AS (
    SELECT id FROM careid_profile
    WHERE id = %(profile)s AND state = 'open' AND lower(email) = %(email)s
        AND coalesce(nino_fingerprint, '') = ANY (%(forms)s)
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
    token = tokens.give(attempt, tokens.VERIFIED)
    values: dict[str, Any] = {
        "profile": attempt.profile_id,
        "email": _compared(attempt.typed_email),
        "forms": attempt.number_forms,
        "attempt": attempt.pk,
        "digest": digest,
        "now": timezone.now(),
        "new": crypto.token_hash(token),
        "old": attempt.token_hash,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ACCEPT, values)
        if not cursor.rowcount:
            return None
    attempt.unsaved_seen_at = None
    if attempt.profile and attempt.matched_fingerprint:
        attempt.profile.rekey(attempt.matched_fingerprint, attempt.nino_fingerprint)
    record(EventName.EMAIL_CODE_ACCEPTED, **attempt.in_trail)
    return token


def _compared(typed: str) -> str:
    """The address as it is compared; blank, and so nobody's, where it is one that is refused by now."""
    try:
        return email_address(typed)
    except ValueError:
        return ""


def second_press(*, attempt: Attempt, typed: str) -> str | None:
    """A token for the second of two presses, where the first verified this attempt a moment ago with the same code.

    A press with another code is a guess, and counts: after five nothing is compared.
    """
    just_now = attempt.verified_at is not None and attempt.verified_at >= timezone.now() - tokens.A_MOMENT
    press = (SECOND_PRESSES, str(attempt.pk))
    if attempt.ended_at or not just_now or counting.hit(press, reference=attempt.reference).locked:
        return None
    if not email_codes.is_of(attempt, typed):
        _rejected(attempt)
        return None
    counting.take_back(press)
    return tokens.given(attempt, tokens.VERIFIED)


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


def _tell_of_lock(attempt: Attempt, verdict: counting.Verdict) -> None:
    context = {"until": None if verdict.by_hand else verdict.until}
    with transaction.atomic():
        if attempt.profile:
            outbox.to_everyone("locked", profile=attempt.profile, context=context, reference=attempt.reference)
        else:
            outbox.send("locked", profile=None, context=context, reference=attempt.reference)
