"""Attempts, begun and ended: each with its events, its code and its mail in one transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from careid.errors import Refused
from careid.limits import counting, limits, own
from careid.people.models import Profile
from careid.people.typed import email_address
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record, together
from enrolment import email_codes, tokens
from enrolment.identity import Found
from enrolment.models import Attempt


@dataclass(frozen=True)
class Typed:
    """The details that somebody typed: the email address as typed, and in `address` as it is compared."""

    email: str
    nino: str
    picture: str | None

    @cached_property
    def address(self) -> str:
        return email_address(self.email)

    @property
    def pairs(self) -> list[bytes]:
        """Everything that limits may count these details as, while keys are being changed."""
        return [pair for one in crypto.fingerprints(self.nino) for pair in own.pairs(self.address, one)]


@transaction.atomic
@together()
def begin(
    *, typed: Typed, found: Found, silent_until: datetime | None, replaces: Attempt | None
) -> tuple[Attempt, str]:
    """Start an attempt for a typed pair and mail its code: the same writes whether or not anybody was found.

    Returns the attempt and the token for its cookie. Where the address is somebody's and something else was wrong,
    that person gets a notice in place of the code. Where a silent limit is over no code goes to anybody, and whose the
    address is gets a notice of that.
    """
    profile = None if silent_until else found.profile
    attempt = Attempt(
        profile=profile,
        typed_email=typed.email,
        pair=own.pair(typed.address, found.number),
        nino_fingerprint=crypto.fingerprint(typed.nino),
        matched_fingerprint=profile.nino_fingerprint if profile else None,
        picture=typed.picture,
    )
    if replaces:
        end(attempt=replaces, reason="replaced")
    token = start(attempt)
    _identified(attempt, found, reason="silently_limited" if silent_until else found.reason)
    tell = found.profile or found.about if silent_until else found.about
    email_codes.first(attempt=attempt, tell=tell, reason=found.reason, silent_until=silent_until)
    return attempt, token


def _identified(attempt: Attempt, found: Found, *, reason: str) -> None:
    record(
        EventName.IDENTITY_MATCHED if attempt.profile else EventName.IDENTITY_NOT_MATCHED,
        outcome="ok" if attempt.profile else "refused",
        reason=reason,
        profile=found.profile or found.about,
        attempt_id=attempt.pk,
        reference=attempt.reference,
    )


def second_press(*, typed: Typed) -> str | None:
    """A token for the second of two presses, where the first began an attempt with this very picture and pair."""
    same = Attempt.objects.filter(picture=typed.picture, pair__in=typed.pairs, verified_at=None, ended_at=None)
    found = same.filter(started_at__gt=timezone.now() - tokens.A_MOMENT).first()
    return tokens.given(found, tokens.BEGUN) if found else None


def given_just_now(**of: UUID) -> str | None:
    """The token of the attempt of this key or session, begun a moment ago; None where there is none."""
    just_now = Attempt.objects.filter(started_at__gt=timezone.now() - tokens.A_MOMENT, authenticator_id=None)
    found = just_now.filter(ended_at=None, **of).first()
    return tokens.given(found, tokens.BEGUN) if found else None


def another(*, attempt: Attempt) -> str:
    """A new attempt of the same person with a new code, since the first spent the right to add.

    Returns its token. Refused: `no_address`, where no code can be sent; `gone`, where another press has begun it.
    Locked where too many codes were sent.
    """
    profile = attempt.verified_profile
    if not (profile.email and attempt.typed_email):
        raise Refused("no_address")
    pair = attempt.subject
    sends = ((limit, pair) for limit in (limits.CODE_SENDS_HOUR, limits.CODE_SENDS_DAY))
    counting.hit_or_lock(*sends, then=((limits.CODE_SENDS_ALL, ""),), reference=attempt.reference)
    new = Attempt(
        profile=profile,
        typed_email=attempt.typed_email,
        pair=attempt.pair,
        nino_fingerprint=attempt.nino_fingerprint,
        matched_fingerprint=attempt.matched_fingerprint,  # what the first one proved: the number may be another by now
    )
    with transaction.atomic():
        begun = end(attempt=attempt, reason="replaced")
        if begun:
            token = start(new)
            email_codes.first(attempt=new)
    if not begun:
        raise Refused("gone")
    return token


def start(attempt: Attempt, *, reason: str = "") -> str:
    """Store a new attempt, in the caller's transaction. Returns the token for its cookie.

    `reason` is what stands for details that were typed here: `signed_in`, `invited`.
    """
    token = tokens.give(attempt, tokens.BEGUN)
    attempt.token_hash = crypto.token_hash(token)
    attempt.save(force_insert=True)
    record(EventName.ATTEMPT_STARTED, reason=reason, authenticator_id=attempt.vouched_by, **attempt.in_trail)
    return token


@transaction.atomic
def end(*, attempt: Attempt, reason: str) -> bool:
    """Forget an attempt: `restarted` or `finished` by the person, `replaced`, or left behind. Whether it was alive."""
    ended = Attempt.objects.filter(pk=attempt.pk, ended_at=None).update(ended_at=timezone.now(), pending=None)
    if ended:
        record(EventName.ATTEMPT_ENDED, reason=reason, **attempt.in_trail)
    return bool(ended)


def end_all(*, profile: Profile, reason: str) -> None:
    """Forget every open attempt of a person, in the caller's transaction."""
    end_everyones(profiles=[profile], reason=reason)


@together()
def end_everyones(*, profiles: Collection[Profile], reason: str, session_ids: Collection[UUID] | None = None) -> None:
    """Forget every open attempt of these people, in the caller's transaction, by as many statements as for one.

    With `session_ids`, those alone that these sessions vouched for.
    """
    alive = Attempt.objects.select_for_update(of=("self",), no_key=True).select_related("profile__organisation")
    of_sessions = {} if session_ids is None else {"session_id__in": session_ids}
    ending = list(alive.filter(profile__in=profiles, ended_at=None, **of_sessions).order_by("pk"))
    if ending:
        Attempt.objects.filter(pk__in=[one.pk for one in ending]).update(ended_at=timezone.now(), pending=None)
    for attempt in ending:
        record(EventName.ATTEMPT_ENDED, reason=reason, **attempt.in_trail)
