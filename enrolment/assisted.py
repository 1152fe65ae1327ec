"""Assisted registration: someone of the Registration Authority has checked who a person is, and lets them in by a link.

The link is single use and lives a quarter of an hour; the code is spoken. An admin could open their own link: so a
notice goes to the person first, and where there is nobody to warn what is added waits (`authenticators.holds`).
"""

import hmac
from collections.abc import Collection
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from careid.errors import Refused
from careid.limits import own
from careid.people.models import Profile
from careid.people.typed import compact
from careid.storing import crypto
from careid.trail import duties, references
from careid.trail.names import EventName
from careid.trail.record import noted, record
from enrolment import assisted_notices, attempts, tokens
from enrolment.models import Assisted, Attempt

LIFE: Final = timedelta(minutes=15)
TRIES_MOST: Final = 5
PURPOSE: Final = "assisted code"


def start(
    *, profile: Profile, by: str, oneself: bool, checked: str, checked_by: str, note: str = ""
) -> tuple[Assisted, str, str]:
    """Make a link and a code to speak, which are not kept. Returns the row, the link and the code.

    `checked` is how identity was checked: `in_person` or `video`; `oneself`, whether the profile is that of `by`. Ends
    the profile's earlier link. Refused: `oneself`, `closed`, `reported`; `own_change`, where one of the two led to what
    was reported.
    """
    if oneself:
        raise Refused("oneself")
    token, digest = tokens.new()
    code = references.six_letters()
    with transaction.atomic():
        profile = Profile.locked(profile.pk)  # of two at once, the later link stands alone
        _judge(profile, by, checked_by)
        cancel_all(profile=profile, by=by, reason="replaced")
        made = Assisted(profile=profile, by=by, checked=checked, checked_by=checked_by, token_hash=digest)
        made.code_digest, made.expires_at = _digests(made, code)[0], made.created_at + LIFE
        made.notice = assisted_notices.to_the_person(profile)
        made.save(force_insert=True)
        assisted_notices.to_who_checked(made)
        details = {"checked": checked, "checked_by": checked_by} | noted(note)
        record(EventName.ASSISTED_STARTED, actor=by, profile=profile, details=details)
    return made, f"{settings.ORIGIN}{reverse('assisted', args=[token])}", references.written(code)


def _judge(profile: Profile, *whose: str) -> None:
    if not profile.is_open or profile.reported_at:
        raise Refused("reported" if profile.is_open else "closed")
    for one in whose:
        duties.apart_from_what_was_reported(profile, by=one)


def find(token: str) -> Assisted:
    """The registration of a link. Refused: `unknown`."""
    found = Assisted.objects.select_related("profile__organisation", "notice").filter(
        token_hash=crypto.token_hash(token)
    )
    assisted = found.first()
    if assisted is None:
        raise Refused("unknown")
    return assisted


def why_shut(assisted: Assisted, browser: str) -> str:
    """Why the link does not open now, a word; empty where it does.

    `cancelled`, `used`, `expired`, `spent` (five wrong codes), `elsewhere` (bound to another browser), `not_yet` (the
    person has not been warned), `not_warned` (their mail server refuses).
    """
    bound = bytes(assisted.browser_hash or b"")
    against = {
        "cancelled": assisted.cancelled_at,
        "used": assisted.proved_at,
        "expired": timezone.now() >= assisted.expires_at,
        "spent": assisted.tries >= TRIES_MOST,
        "elsewhere": bound and not hmac.compare_digest(bound, crypto.token_hash(browser)),
        "not_warned": assisted.notice and assisted.notice.state not in {"queued", "sent"},
        "not_yet": assisted.notice and assisted.notice.state == "queued",
    }
    return next((reason for reason, holds in against.items() if holds), "")


def opened(*, assisted: Assisted) -> None:
    """Note that a person has the link open, for the admin who waits: the first time alone."""
    with transaction.atomic():
        if Assisted.objects.filter(pk=assisted.pk, opened_at=None).update(opened_at=timezone.now()):
            record(EventName.ASSISTED_OPENED, profile=assisted.profile)


def prove(*, assisted: Assisted, browser: str, typed: str) -> tuple[Attempt, str]:
    """Spend one try on a spoken code, and bind the link to this browser. For the right code: an attempt and its token.

    Refused: `wrong`, and what `why_shut` says.
    """
    reason = why_shut(assisted, browser)
    if reason:
        raise Refused(reason)
    opened(assisted=assisted)
    mine = crypto.token_hash(browser)
    # The try is counted before its code is compared, by one statement: of many at once five are judged, of one browser.
    alive = Assisted.objects.filter(
        Q(browser_hash=None) | Q(browser_hash=mine),
        pk=assisted.pk,
        proved_at=None,
        cancelled_at=None,
        tries__lt=TRIES_MOST,
        expires_at__gt=timezone.now(),
    )
    if not alive.update(tries=F("tries") + 1, browser_hash=mine):
        raise Refused(why_shut(find_again(assisted), browser) or "used")
    code = compact(typed).upper()
    if not any(hmac.compare_digest(bytes(assisted.code_digest), one) for one in _digests(assisted, code)):
        record(EventName.ASSISTED_REJECTED, outcome="refused", reason="wrong", profile=assisted.profile)
        raise Refused("wrong")
    return _let_in(assisted)


def find_again(assisted: Assisted) -> Assisted:
    return Assisted.objects.select_related("profile__organisation", "notice").get(pk=assisted.pk)


def _let_in(assisted: Assisted) -> tuple[Attempt, str]:
    now = timezone.now()
    with transaction.atomic():
        profile = Profile.locked(assisted.profile_id)
        may = profile.is_open and profile.reported_at is None
        proved = Assisted.objects.filter(pk=assisted.pk, proved_at=None, cancelled_at=None)
        if may and proved.update(proved_at=now):
            attempt = _attempt(profile, assisted)
            token = attempts.start(attempt)
            Assisted.objects.filter(pk=assisted.pk).update(attempt=attempt)
            record(EventName.ASSISTED_PROVED, **attempt.in_trail)
            return attempt, token
    raise Refused("used" if may else "cancelled")


def _attempt(profile: Profile, assisted: Assisted) -> Attempt:
    # Limits and passwords compare with what is on file; where nothing is, with what names nobody else.
    number = profile.nino_fingerprint or crypto.fingerprint(profile.user_id)
    return Attempt(
        profile=profile,
        typed_email=profile.email or "",
        pair=own.pair((profile.email or "").lower(), number),
        nino_fingerprint=number,
        matched_fingerprint=profile.nino_fingerprint,
        verified_at=timezone.now(),
        assisted_by=assisted.by,
    )


@transaction.atomic
def cancel(*, assisted: Assisted, by: str, reason: str, note: str = "") -> bool:
    """End a link, and what was begun through it. Returns whether there was anything left to end."""
    begun = Attempt.objects.select_related("profile__organisation").filter(assisted=assisted.pk).first()
    if begun and begun.authenticator_id:
        return False
    cancelled = Assisted.objects.filter(pk=assisted.pk, cancelled_at=None).update(cancelled_at=timezone.now())
    if cancelled:
        begun = Attempt.objects.select_related("profile__organisation").filter(assisted=assisted.pk).first()
        if begun:
            attempts.end(attempt=begun, reason="assisted_cancelled")
        told = noted(note)
        record(EventName.ASSISTED_CANCELLED, actor=by, reason=reason, profile=assisted.profile, details=told)
    return bool(cancelled)


def cancel_all(*, profile: Profile, by: str, reason: str) -> None:
    """End a person's links that have let nobody in."""
    cancel_everyones(profiles=[profile], by=by, reason=reason)


def cancel_everyones(*, profiles: Collection[Profile], by: str, reason: str) -> None:
    """End these people's links that have let nobody in and still could, in the caller's transaction."""
    waiting = Assisted.objects.select_related("profile__organisation").filter(profile__in=profiles, proved_at=None)
    for one in waiting.filter(cancelled_at=None, expires_at__gt=timezone.now()):
        cancel(assisted=one, by=by, reason=reason)


def _digests(assisted: Assisted, code: str) -> list[bytes]:
    return crypto.macs(PURPOSE, str(assisted.pk), code)
