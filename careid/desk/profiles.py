"""What the desk does to a profile: the row, its event and its mail in one transaction.

`by` is who does it (`admin:<pk>`, `command:<name>`), `reason` a word of `careid.desk.reasons`, `note` a line of theirs.
"""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from authenticators import actions
from authenticators.models import Authenticator
from careid import audit, crypto, limits, mail, not_me
from careid.audit import EventName
from careid.errors import Refused
from careid.models import Profile
from enrolment import attempts

CLOSED: Final = "profile_closed"
INVITE_AGAIN: Final = timedelta(days=1)
_TAKEN: Final = {"profile_email_once_among_open": "email_taken", "profile_nino_once_among_open": "number_taken"}


def change_email(*, profile: Profile, email: str, by: str, reason: str, note: str = "") -> bool:
    """Put another address on a profile, in the form of `careid.people`. Returns whether it was another.

    Open attempts end; both addresses are told; what is added in the next seven days is on hold. Refused: `email_taken`,
    where another open profile has it.
    """
    before = profile.email
    if before == email:
        return False
    fields = {"email": email, "previous_email": before, "email_changed_at": timezone.now()}
    _change(profile, EventName.PROFILE_EMAIL_CHANGED, fields, by=by, reason=reason, note=note)
    return True


def set_number(*, profile: Profile, number: str, by: str, reason: str, note: str = "") -> bool:
    """Put a National Insurance number on a profile: its fingerprint. Returns whether it was another.

    Refused: `number_taken`, where another open profile has it. Ends, tells and holds as `change_email` does.
    """
    known = crypto.fingerprints(number)
    if profile.nino_fingerprint in known:
        return False
    if Profile.objects.filter(nino_fingerprint__in=known, state="open").exclude(pk=profile.pk).exists():
        raise Refused("number_taken")
    fields = {"nino_fingerprint": known[0], "nino_changed_at": timezone.now()}
    _change(profile, EventName.PROFILE_NINO_CHANGED, fields, by=by, reason=reason, note=note)
    return True


def number_matches(*, profile: Profile, number: str, by: str) -> bool:
    """Whether what the person says is the number on file. limits.Locked past the admin's limit; recorded."""
    limits.hit_or_lock((limits.NINO_CHECKS, by.removeprefix("admin:")))
    matches = profile.nino_fingerprint in crypto.fingerprints(number)
    audit.record(EventName.PROFILE_NINO_CHECKED, outcome="ok" if matches else "none", actor=by, profile=profile)
    return matches


def close(*, profile: Profile, by: str, reason: str, note: str = "") -> bool:
    """Close a profile and revoke all its authenticators. Returns whether it was open."""
    with transaction.atomic():
        fresh = Profile.locked(profile.pk)
        if not fresh.is_open:
            return False
        live = Authenticator.objects.select_related("profile__organisation").filter(profile=fresh)
        revoked = [actions.revoke(authenticator=one, by=by, reason=CLOSED) for one in live.exclude(state="revoked")]
        fields = {"state": Profile.State.CLOSED, "closed_reason": reason}
        _change(fresh, EventName.PROFILE_CLOSED, fields, by=by, reason=reason, note=note, revoked=sum(revoked))
    profile.refresh_from_db()
    return True


def reopen(*, profile: Profile, by: str, reason: str, note: str = "") -> bool:
    """Open a closed profile; no authenticator comes back. Returns whether it was closed.

    Refused: `email_taken`, `number_taken`, where an open profile has them meanwhile.
    """
    if profile.is_open:
        return False
    fields = {"state": Profile.State.OPEN, "closed_reason": ""}
    _change(profile, EventName.PROFILE_REOPENED, fields, by=by, reason=reason, note=note)
    return True


@transaction.atomic
def invite(*, profile: Profile, by: str) -> bool:
    """Mail somebody where to add an authenticator and what to have ready. Returns whether there was somebody to mail.

    Once a day at most: a list that is invited twice goes out once.
    """
    now = timezone.now()
    due = Profile.objects.filter(pk=profile.pk, state="open", email__isnull=False, organisation__takes_part=True)
    lately = Q(invited_at__gt=now - INVITE_AGAIN)
    if not due.exclude(lately).update(invited_at=now):
        return False
    audit.record(EventName.PROFILE_INVITED, actor=by, profile=profile)
    mail.send("invitation", profile=profile, context={"profile": profile, "start": f"{settings.ORIGIN}/"})
    return True


def _change(
    profile: Profile, event: EventName, fields: dict[str, Any], *, by: str, reason: str, note: str, **details: Any
) -> None:
    try:
        with transaction.atomic():
            fresh = Profile.locked(profile.pk)
            Profile.objects.filter(pk=fresh.pk).update(**fields)
            fresh.refresh_from_db()
            attempts.end_all(profile=fresh, reason=event.value.replace(".", "_"))
            noted = {"note": note} if note else {}
            audit.record(event, actor=by, reason=reason, profile=fresh, details=details | noted)
            _tell(event, fresh)
    except IntegrityError as error:
        raise Refused(next((word for name, word in _TAKEN.items() if name in str(error)), "taken")) from error
    profile.refresh_from_db()


def _tell(event: EventName, profile: Profile) -> None:
    context = {
        "profile": profile,
        "hours": settings.HOLD_AFTER_CHANGE // timedelta(hours=1),
        "not_me": not_me.link(profile),
    }
    mail.to_everyone(event.value.replace(".", "_"), profile=profile, context=context)
