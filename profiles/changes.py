"""How a profile is written: the row, its event and its mails in one transaction, or a refusal and its event.

Throughout, `by` is who does it (`careid.trail.actors`), `reason` a word of `profiles.reasons`, `note` a line of theirs.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction

from careid.errors import Refused
from careid.people import replaced
from careid.people.models import LATELY, Profile
from careid.post import outbox
from careid.trail import duties
from careid.trail.names import EventName
from careid.trail.record import noted, record
from enrolment import assisted, attempts

# What the database says where another profile has it, and the reason that is told.
_TAKEN: Final = {
    "profile_email_once_among_open": "email_taken",
    "profile_nino_once_among_open": "number_taken",
    "careid_profile_user_id_key": "user_id_taken",
}


class NumberTaken(Exception):
    """Another open profile has the number under an older key, which no constraint sees."""


@contextmanager
def refusing(event: EventName, *, by: str, profile: Profile | None = None, organisation: str = "") -> Iterator[None]:
    """A transaction. Where another profile has what would be written, Refused after it, and the event of the refusal.

    The reasons: `email_taken`, `number_taken`, `user_id_taken`.
    """
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, NumberTaken) as error:
        found = (reason for constraint, reason in _TAKEN.items() if constraint in str(error))
        reason = "number_taken" if isinstance(error, NumberTaken) else next(found, "")
        if not reason:
            raise
        record(event, outcome="refused", actor=by, reason=reason, profile=profile, organisation=organisation)
        raise Refused(reason) from error


def write(
    profile: Profile,
    event: EventName,
    fields: Callable[[Profile], dict[str, Any]],
    *,
    by: str,
    reason: str,
    note: str,
    **details: Any,
) -> bool:
    """Write what `fields` makes of the locked row, with its event and mails. Returns whether any was written.

    What follows is as `follow` says. Refused as `refusing` says.
    """
    with refusing(event, by=by, profile=profile):
        fresh = Profile.locked(profile.pk)
        changed = fields(fresh)
        if changed:
            Profile.objects.filter(pk=fresh.pk).update(**changed)
            fresh.refresh_from_db()
            follow(event, [fresh], by=by, reason=reason, details=details | noted(note))
    profile.refresh_from_db()
    return bool(changed)


def judge(profile: Profile, event: EventName, *, by: str, replaced_at: datetime | None = None) -> None:
    """Refused `own_change`, where `by` led to what was reported, or would bring back what was replaced at that time.

    Whoever put something in its place, or changed it in the week before, does not take that back: who was told of the
    first change would not know what happened between.
    """
    duties.apart_from_what_was_reported(profile, by=by)
    if replaced_at:
        duties.apart(profile.pk, by=by, names=(event,), since=replaced_at - LATELY)


def follow(event: EventName, profiles: Collection[Profile], *, by: str, reason: str, details: dict[str, Any]) -> None:
    """What a change brings with it, in the transaction that wrote these people's rows, which are given as they are now.

    Open attempts and assisted registrations end; each person has an event and is told. A file's people come together.
    """
    word = event.value.replace(".", "_")
    attempts.end_everyones(profiles=profiles, reason=word)
    assisted.cancel_everyones(profiles=profiles, by=by, reason=word)
    told = replaced.addresses_of(profiles)
    for profile in profiles:
        record(event, actor=by, reason=reason, profile=profile, details=details)
        _tell(word, profile, told[profile.pk])


def _tell(template: str, profile: Profile, addresses: Collection[str]) -> None:
    context = {"profile": profile, "hours": settings.HOLD_AFTER_CHANGE // timedelta(hours=1)}
    outbox.to_everyone(template, profile=profile, context=context, addresses=addresses)
