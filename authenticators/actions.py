"""Every change of an authenticator: the row, its event and its mail in one transaction."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from authenticators import duties, holds
from authenticators.kind import Kind
from authenticators.models import Authenticator
from authenticators.refusals import Refusal, in_the_way
from authenticators.telling import tell
from careid.errors import Reason, Refused
from careid.limits import counting, limits
from careid.people.models import Profile
from careid.trail.actors import PERSON
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import noted, record
from enrolment.models import Attempt

State = Authenticator.State
ACTIVE, SUSPENDED, REVOKED = State.ACTIVE, State.SUSPENDED, State.REVOKED
UNDONE: Final = "undone"
REJECTED_MOST: Final = 50  # events of one attempt: a script could else fill the trail, which keeps all for years


def add(
    *,
    attempt: Attempt,
    kind: Kind,
    external_id: str,
    material: dict[str, Any],
    details: dict[str, Any] | None = None,
    fresh: Attempt | None = None,
) -> Authenticator:
    """Store what a finished ceremony proved, and spend the attempt's right to add.

    `fresh` is the attempt's row where the caller holds it already; `external_id` is unique within the kind, and
    `material` what the kind alone reads. Refused with a Refusal: the attempt's time is over, or its right was spent;
    the kind is not for them; they have enough; the same authenticator is live elsewhere.
    """
    try:
        with transaction.atomic():
            row = fresh or attempt.held()
            live = Authenticator.objects.live().filter(profile=row.profile).by_kind()
            refusal = in_the_way(row, kind, live)
            if not refusal:
                beside = bool(live) and not row.vouched_by
                hold = holds.hold(row.verified_profile, timezone.now(), beside=beside)
                return _store(attempt, row, hold, kind, external_id, material, details or {})
    except IntegrityError as error:
        if "authenticator_once_among_live" not in str(error):
            raise
        refusal = Refusal.TAKEN
    rejected(attempt=attempt, kind=kind, reason=refusal)
    raise Refused(refusal)


def _store(
    attempt: Attempt,
    fresh: Attempt,
    hold: timedelta,
    kind: Kind,
    external_id: str,
    material: dict[str, Any],
    details: dict[str, Any],
) -> Authenticator:
    now = timezone.now()
    authenticator = Authenticator.objects.create(
        profile=fresh.verified_profile,
        kind=kind.slug,
        external_id=external_id,
        material=material,
        details=details,
        added_by=attempt.assisted_by or PERSON,
        added_at=now,
        usable_from=now + hold,
    )
    fresh.authenticator_id, fresh.added_at, fresh.pending = authenticator.pk, now, None
    fresh.save(update_fields=["authenticator_id", "added_at", "pending"])
    attempt.unsaved_seen_at = None  # from now on the attempt's time runs from what was added
    held = {"hours_on_hold": hold // timedelta(hours=1)} if hold else {}
    tell(EventName.AUTHENTICATOR_ADDED, authenticator, by=PERSON, attempt=attempt, details=held)
    return authenticator


def rejected(
    *, attempt: Attempt, kind: Kind, reason: Reason, authenticator_id: UUID | None = None, error: str = ""
) -> None:
    """Note that a ceremony led to nothing, and why, REJECTED_MOST times an attempt; `authenticator_id` was in its way.

    `error` is the number of it that others gave, for somebody to look up.
    ValueError for a reason that is neither the kind's nor a Refusal: the desk would have no words for it.
    """
    if not any(reason is one for one in (*kind.reasons, *Refusal)):
        raise ValueError(f"{kind.slug} does not name {reason!r} among its reasons")
    of_this = {"reference": attempt.reference, "attempt_id": attempt.pk, "name": EventName.CEREMONY_REJECTED}
    if Event.objects.filter(**of_this)[:REJECTED_MOST].count() == REJECTED_MOST:
        return
    record(
        EventName.CEREMONY_REJECTED,
        outcome="refused",
        reason=reason,
        authenticator_id=authenticator_id,
        details={"kind": kind.slug} | ({"error": error} if error else {}),
        **attempt.in_trail,
    )


def rename(*, authenticator: Authenticator, name: str, attempt: Attempt | None = None) -> None:
    """Give a live authenticator the person's own name for it; an empty one takes that back. Locked after ten."""
    of_whom = str(attempt.pk if attempt else authenticator.profile_id)
    counting.hit_or_lock((limits.NAMINGS, of_whom), reference=attempt.reference if attempt else "")
    with transaction.atomic():
        if Authenticator.objects.live().filter(pk=authenticator.pk).exclude(name=name).update(name=name):
            tell(EventName.AUTHENTICATOR_NAMED, authenticator, by=PERSON, attempt=attempt)


def undo(*, authenticator: Authenticator, attempt: Attempt) -> None:
    """Take back what this attempt added, within its ten minutes. Doing it twice does it once."""
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(undone=True)
        revoke(authenticator=authenticator, by=PERSON, reason=UNDONE, attempt=attempt)


def revoke(
    *, authenticator: Authenticator, by: str, reason: str, note: str = "", attempt: Attempt | None = None
) -> bool:
    """End an authenticator for good. Returns whether it was live."""
    event = EventName.AUTHENTICATOR_REVOKED
    return _change(authenticator, event, REVOKED, Authenticator.LIVE, by=by, reason=reason, note=note, attempt=attempt)


@transaction.atomic
def revoke_all(*, profile: Profile, by: str, reason: str, note: str = "") -> int:
    """End every authenticator of a profile. Returns how many were live."""
    fresh = Profile.locked(profile.pk)  # what is being added meanwhile comes before or not at all
    live = Authenticator.objects.live().select_related("profile__organisation").filter(profile=fresh)
    return sum(revoke(authenticator=one, by=by, reason=reason, note=note) for one in live)


def suspend(*, authenticator: Authenticator, by: str, reason: str, note: str = "") -> bool:
    """Stop an authenticator for now. Returns whether it was active."""
    event = EventName.AUTHENTICATOR_SUSPENDED
    return _change(authenticator, event, SUSPENDED, (ACTIVE,), by=by, reason=reason, note=note)


def reinstate(*, authenticator: Authenticator, by: str, reason: str, note: str = "") -> bool:
    """Let a suspended authenticator work again. Returns whether it was suspended.

    Refused: `own_change`, where `by` led to it; `reported`, while a report of “this was not me” is open: its outcome
    comes first.
    """
    event = EventName.AUTHENTICATOR_REINSTATED
    with transaction.atomic():
        authenticator.profile = Profile.locked(authenticator.profile_id)
        authenticator.refresh_from_db(fields=("state", "state_reason", "state_changed_at"))
        duties.apart_from_stop(authenticator, by=by)
        if authenticator.profile.reported_at:
            raise Refused("reported")
        return _change(authenticator, event, ACTIVE, (SUSPENDED,), by=by, reason=reason, note=note)


@transaction.atomic
def _change(
    authenticator: Authenticator,
    event: EventName,
    state: str,
    only_from: tuple[str, ...],
    *,
    by: str,
    reason: str,
    note: str,
    attempt: Attempt | None = None,
) -> bool:
    # One statement decides: of two at once, one changes the row, and one event and one mail tell of it.
    changed = Authenticator.objects.filter(pk=authenticator.pk, state__in=only_from).update(
        state=state, state_reason=reason, state_changed_at=timezone.now()
    )
    if changed:
        authenticator.refresh_from_db()
        tell(event, authenticator, by=by, attempt=attempt, reason=reason, details=noted(note))
    return bool(changed)
