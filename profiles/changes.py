"""What the desk does to a profile: the row, its event and its mail in one transaction.

`by` is who does it (`admin:<pk>`, `command:<name>`), `reason` a word of `profiles.reasons`, `note` a line of theirs.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from authenticators import actions
from careid.errors import Refused
from careid.limits import counting, limits
from careid.people.models import Profile
from careid.post import not_me, outbox
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record
from enrolment import attempts

CLOSED: Final = "profile_closed"
INVITE_AGAIN: Final = timedelta(days=1)
_TAKEN: Final = {
    "profile_email_once_among_open": "email_taken",
    "profile_nino_once_among_open": "number_taken",
    "number_taken": "number_taken",
}


class _Taken(Exception):
    """Another open profile has it: found before the database says so, as under an older key."""


def change_email(*, profile: Profile, email: str, by: str, reason: str, note: str = "") -> bool:
    """Put another address on a profile, in the form of `careid.people.typed`. Returns whether it was another.

    Open attempts end; both addresses are told; what is added in the next seven days is on hold. Refused: `email_taken`,
    where another open profile has it.
    """

    def fields(fresh: Profile) -> dict[str, Any]:
        before = fresh.email
        if (before or "").lower() == email:
            return {}
        return {"email": email, "previous_email": before, "email_changed_at": timezone.now()}

    return _change(profile, EventName.PROFILE_EMAIL_CHANGED, fields, by=by, reason=reason, note=note)


def set_number(*, profile: Profile, number: str, by: str, reason: str, note: str = "") -> bool:
    """Put a National Insurance number on a profile: its fingerprint. Returns whether it was another.

    Refused: `number_taken`, where another open profile has it. Ends, tells and holds as `change_email` does. What it
    answers tells whose number that is, so it counts as a check does: counting.Locked past the admin's limit.
    """
    counting.hit_or_lock((limits.NINO_CHECKS, by.removeprefix("admin:")))
    known = crypto.fingerprints(number)

    def fields(fresh: Profile) -> dict[str, Any]:
        if fresh.nino_fingerprint in known:
            return {}
        others = Profile.objects.filter(nino_fingerprint__in=known, state="open").exclude(pk=fresh.pk)
        if others.exists():
            raise _Taken("number_taken")
        return {"nino_fingerprint": known[0], "nino_changed_at": timezone.now()}

    changed = _change(profile, EventName.PROFILE_NINO_CHANGED, fields, by=by, reason=reason, note=note)
    if not changed:
        record(EventName.PROFILE_NINO_CHECKED, actor=by, profile=profile)
    return changed


def number_matches(*, profile: Profile, number: str, by: str) -> bool:
    """Whether what the person says is the number on file. counting.Locked past the admin's limit; recorded."""
    counting.hit_or_lock((limits.NINO_CHECKS, by.removeprefix("admin:")))
    matches = profile.nino_fingerprint in crypto.fingerprints(number)
    record(EventName.PROFILE_NINO_CHECKED, outcome="ok" if matches else "none", actor=by, profile=profile)
    return matches


def close(*, profile: Profile, by: str, reason: str, note: str = "") -> bool:
    """Close a profile and revoke all its authenticators. Returns whether it was open."""
    with transaction.atomic():
        fresh = Profile.locked(profile.pk)
        if not fresh.is_open:
            return False
        revoked = actions.revoke_all(profile=fresh, by=by, reason=CLOSED)
        fields = {"state": Profile.State.CLOSED, "closed_reason": reason}
        event = EventName.PROFILE_CLOSED
        _change(fresh, event, lambda _: fields, by=by, reason=reason, note=note, revoked=revoked)
    profile.refresh_from_db()
    return True


def reopen(*, profile: Profile, by: str, reason: str, note: str = "") -> bool:
    """Open a closed profile; no authenticator comes back. Returns whether it was closed.

    Refused: `email_taken`, `number_taken`, where an open profile has them meanwhile.
    """

    def fields(fresh: Profile) -> dict[str, Any]:
        return {} if fresh.is_open else {"state": Profile.State.OPEN, "closed_reason": ""}

    return _change(profile, EventName.PROFILE_REOPENED, fields, by=by, reason=reason, note=note)


@transaction.atomic
def invite(*, profile: Profile, by: str) -> bool:
    """Mail somebody where to add an authenticator and what to have ready. Returns whether there was somebody to mail.

    Once a day at most: a list that is invited twice goes out once.
    """
    now, fresh = timezone.now(), Profile.locked(profile.pk)
    lately = fresh.invited_at is not None and fresh.invited_at > now - INVITE_AGAIN
    if lately or not (fresh.is_open and fresh.email and fresh.organisation.takes_part):
        return False
    Profile.objects.filter(pk=fresh.pk).update(invited_at=now)
    record(EventName.PROFILE_INVITED, actor=by, profile=profile)
    outbox.send("invitation", profile=profile, context={"profile": profile, "start": f"{settings.ORIGIN}/"})
    return True


def _change(
    profile: Profile,
    event: EventName,
    fields: Callable[[Profile], dict[str, Any]],
    *,
    by: str,
    reason: str,
    note: str,
    **details: Any,
) -> bool:
    """Write what `fields` makes of the locked row, with its event and mails. Returns whether there was anything."""
    try:
        with transaction.atomic():
            fresh = Profile.locked(profile.pk)
            changed = fields(fresh)
            if changed:
                Profile.objects.filter(pk=fresh.pk).update(**changed)
                fresh.refresh_from_db()
                attempts.end_all(profile=fresh, reason=event.value.replace(".", "_"))
                noted = {"note": note} if note else {}
                record(event, actor=by, reason=reason, profile=fresh, details=details | noted)
                _tell(event, fresh)
    except (IntegrityError, _Taken) as error:
        word = next((word for name, word in _TAKEN.items() if name in str(error)), "taken")
        record(event, outcome="refused", actor=by, reason=word, profile=profile)
        raise Refused(word) from error
    profile.refresh_from_db()
    return bool(changed)


def _tell(event: EventName, profile: Profile) -> None:
    context = {
        "profile": profile,
        "hours": settings.HOLD_AFTER_CHANGE // timedelta(hours=1),
        "not_me": not_me.link(profile),
    }
    outbox.to_everyone(event.value.replace(".", "_"), profile=profile, context=context)
