"""Inviting somebody to come on file: one person or many, again, or no longer. Nothing here tells who is on file."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from apply import expiring, limits, links, mails
from apply.models import Invitation
from careid.errors import Refused
from careid.limits import counting
from careid.people import typed
from careid.people.models import Organisation
from careid.people.uploads import Upload
from careid.post import outbox
from careid.storing import database
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import noted, record, together
from profiles import notes

State = Invitation.State
ONCE: Final = "invitation_once_while_it_lives"  # what the database says where another one lives
AGAIN: Final = (*Invitation.LIVE, State.EXPIRED, State.BLOCKED)  # what can be sent again
OPEN: Final = (*Invitation.LIVE, State.BLOCKED)  # what can be cancelled


@dataclass(frozen=True, slots=True)
class Asked:
    """One person to invite, in the forms of `careid.people.typed`, and the file that named them."""

    organisation: Organisation
    email: str
    given_name: str
    family_name: str
    note: str = ""
    upload: Upload | None = None


def invite(
    *, organisation: Organisation, email: str, given_name: str, family_name: str, note: str = "", by: str
) -> Invitation:
    """Invite one person, and mail them their link. `note` is the desk's own, and never mailed.

    ValueError where something is not in the form of `careid.people.typed`, or the note of `profiles.notes`. Refused
    `invited_already`, where an invitation of that address in that organisation lives. Locked after ten links a day to
    one address.
    """
    names = typed.name(given_name), typed.name(family_name)
    asked = Asked(organisation, typed.email_address(email), *names, note=notes.note(note))
    _count_link(asked)
    with transaction.atomic(), outbox.together():
        made = _make([asked], by=by, reminds=True, mailed=True)
    if not made:
        _refuse(EventName.INVITATION_SENT, by=by, organisation=organisation.code)
    return made[0]


def by_sets(*, rows: Collection[Asked], by: str, reminds: bool = True, mailed: bool = True) -> list[Invitation]:
    """Invite all of these but those of whom an invitation lives, by one statement each for rows, events and mails.

    The mails go at `MAILS_AN_HOUR`; none goes where it isn't `mailed`, and none reminds where it never `reminds`:
    something else does. Returns the invitations that were made, in an order of their own.
    """
    with database.patiently(), outbox.together(an_hour=settings.MAILS_AN_HOUR):
        return _make(rows, by=by, reminds=reminds, mailed=mailed)


def resend(*, invitation: Invitation, by: str) -> bool:
    """Mail a new link, with a life, codes and reminders of its own; the one before is dead. Returns whether it was.

    It isn't where the invitation came to more than a link, was cancelled, or was sent again meanwhile. Refused
    `invited_already`, where it ran out and another one lives. Locked as `invite` is.
    """
    _count_link(invitation)
    return _again(invitation, AGAIN, by=by, mailed=True)


def renew(*, invitation: Invitation) -> bool:
    """Give one that ran out another life, without a mail: its person came by another link of theirs. As `resend`."""
    return _again(invitation, (State.EXPIRED,), by=actors.PERSON, mailed=False)


@transaction.atomic
def cancel(*, invitation: Invitation, by: str, reason: str, note: str = "") -> bool:
    """End one that can still lead somewhere. Returns whether it could. `reason` is one of `profiles.reasons.CANCEL`."""
    ended = {"state": State.CANCELLED, "ended_at": timezone.now(), **expiring.OVER}
    cancelled = Invitation.objects.filter(pk=invitation.pk, state__in=OPEN).update(**ended)
    if cancelled:
        mails.drop(invitation)
        told = noted(note)
        record(EventName.INVITATION_CANCELLED, actor=by, reason=reason, details=told, **invitation.in_trail)
        vars(invitation).update(ended)
    return bool(cancelled)


def _count_link(to: Asked | Invitation) -> None:
    # Of one organisation: what others mailed to that address is not told.
    counting.hit_or_lock((limits.LINKS, f"{to.organisation.code} {to.email}"))


def _make(rows: Collection[Asked], *, by: str, reminds: bool, mailed: bool) -> list[Invitation]:
    expiring.make_room(emails={one.email for one in rows}, organisations={one.organisation.pk for one in rows})
    # Of two that invite the same people at once, neither waits for the other crosswise.
    wanted = [_new(one, by, reminds) for one in sorted(rows, key=lambda one: (one.organisation.pk, one.email))]
    Invitation.objects.bulk_create(wanted, ignore_conflicts=True)
    there = set(Invitation.objects.filter(pk__in=[one.pk for one in wanted]).values_list("pk", flat=True))
    made = [one for one in wanted if one.pk in there]
    _tell(EventName.INVITATION_SENT, made, by=by, mailed=mailed)
    return made


def _new(asked: Asked, by: str, reminds: bool) -> Invitation:  # noqa: FBT001  two words of its caller
    made = Invitation(
        organisation=asked.organisation,
        by=by,
        given_name=asked.given_name,
        family_name=asked.family_name,
        email=asked.email,
        note=asked.note or None,
        upload=asked.upload,
        reminds=reminds,
    )
    made.token_hash, made.expires_at = links.digest(made), made.sent_at + settings.APPLY_LIFE
    return made


def _tell(event: EventName, invitations: Sequence[Invitation], *, by: str, mailed: bool) -> None:
    with together():
        for one in invitations:
            record(event, actor=by, **one.in_trail)
    if mailed:
        mails.send_links(invitations)


def _again(invitation: Invitation, states: Collection[str], *, by: str, mailed: bool) -> bool:
    with _once(invitation, by=by), outbox.together():
        expiring.make_room(emails=[invitation.email], organisations=[invitation.organisation_id])
        # Of two at once, one finds the row as both have read it.
        same = {"pk": invitation.pk, "sends": invitation.sends, "state__in": states}
        sent = Invitation.objects.filter(**same).update(**_anew(invitation))
        if sent:
            mails.drop(invitation)
            fresh = Invitation.objects.select_related("organisation").get(pk=invitation.pk)
            _tell(EventName.INVITATION_RESENT, [fresh], by=by, mailed=mailed)
            invitation.refresh_from_db()
    return bool(sent)


def _anew(invitation: Invitation) -> dict[str, Any]:
    now = timezone.now()
    newest = Invitation(pk=invitation.pk, sends=invitation.sends + 1)
    return {
        "state": State.SENT,
        "sends": newest.sends,
        "token_hash": links.digest(newest),
        "sent_at": now,
        "expires_at": now + settings.APPLY_LIFE,
        "mail": None,
        **dict.fromkeys(("opened_at", "proved_at", "ended_at", "code_issued_at", "profile")),
        **dict.fromkeys(("reminded", "codes", "wrong"), 0),
        **expiring.OVER,
    }


@contextmanager
def _once(invitation: Invitation, *, by: str) -> Iterator[None]:
    """A transaction. Refused `invited_already` after it, and the event of that, where another invitation lives."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        _refuse(EventName.INVITATION_RESENT, by=by, **invitation.in_trail)


def _refuse(event: EventName, *, by: str, **about: Any) -> None:
    record(event, outcome="refused", reason="invited_already", actor=by, **about)
    raise Refused("invited_already")
