"""Attempts, begun and ended: each with its events, its code and its mail in one transaction."""

from django.db import transaction
from django.utils import timezone

from careid import audit, crypto, limits
from careid.audit import EventName
from enrolment import email_codes
from enrolment.identity import Found
from enrolment.models import Attempt, new_token


@transaction.atomic
def begin(
    *,
    email: str,
    typed_email: str,
    nino: str,
    found: Found,
    silenced: bool,
    picture: str | None,
    replaces: Attempt | None,
) -> tuple[Attempt, str]:
    """Start an attempt for a typed pair and mail its code: the same writes whether or not anybody was found.

    Returns the attempt and the token for its cookie. Where the address is somebody's and something else was wrong,
    a notice goes to them in place of the code; where a silent limit is over, nothing goes to anybody.
    """
    attempt = Attempt(
        profile=None if silenced else found.profile,
        typed_email=typed_email,
        pair=crypto.mac("pair", email, nino),
        nino_fingerprint=crypto.fingerprint(nino),
        picture=picture,
    )
    token = _start(attempt, replaces)
    audit.record(
        EventName.IDENTITY_MATCHED if attempt.profile else EventName.IDENTITY_NOT_MATCHED,
        outcome="ok" if attempt.profile else "refused",
        reason="silently_limited" if silenced else found.reason,
        profile=found.profile or found.about,
        attempt_id=attempt.pk,
        reference=attempt.reference,
    )
    email_codes.first(attempt=attempt, tell=None if silenced else found.about, reason=found.reason)
    return attempt, token


def another(*, attempt: Attempt) -> str:
    """A new attempt of the same person with a new code, since the first spent the right to add.

    Returns its token. Locked where too many codes were sent for these details.
    """
    pair = attempt.subject
    sends = ((limit, pair) for limit in (limits.CODE_SENDS_HOUR, limits.CODE_SENDS_DAY))
    limits.hit_or_lock(*sends, (limits.CODE_SENDS_ALL, ""), reference=attempt.reference)
    new = Attempt(
        profile=attempt.profile,
        typed_email=attempt.typed_email,
        pair=attempt.pair,
        nino_fingerprint=attempt.nino_fingerprint,
    )
    with transaction.atomic():
        token = _start(new, attempt)
        email_codes.first(attempt=new)
    return token


def _start(attempt: Attempt, replaces: Attempt | None) -> str:
    token, attempt.token_hash = new_token()
    attempt.save(force_insert=True)
    if replaces:
        end(attempt=replaces, reason="replaced")
    _record(attempt, EventName.ATTEMPT_STARTED)
    return token


@transaction.atomic
def end(*, attempt: Attempt, reason: str) -> None:
    """Forget an attempt: `restarted` by the person, or `replaced` by a newer one of the same browser."""
    if Attempt.objects.filter(pk=attempt.pk, ended_at=None).update(ended_at=timezone.now(), pending=None):
        _record(attempt, EventName.ATTEMPT_ENDED, reason=reason)


def _record(attempt: Attempt, name: EventName, *, reason: str = "") -> None:
    audit.record(name, reason=reason, profile=attempt.profile, attempt_id=attempt.pk, reference=attempt.reference)
