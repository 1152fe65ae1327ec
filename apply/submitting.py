"""The details, given once an invitation: who is on file goes on to add an authenticator, and everybody else applies.

Who is told apart has proved the mailbox that is on file. One who is on file under another address is like one who is
not: nothing here looks for their number.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from apply import duplicates, inviters, mails, routes
from apply.models import Application, Invitation
from careid.errors import Refused
from careid.people.models import Profile
from careid.post import outbox
from careid.serving.visitors import Visitor
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record
from enrolment import identity, proven, submissions
from enrolment.identity import Found
from enrolment.models import Attempt

State = Invitation.State


@dataclass(frozen=True)
class Details:
    """What somebody gave of themselves, in the forms of `careid.people.typed`."""

    nino: str
    date_of_birth: date
    given_name: str
    family_name: str


def submit(
    *, invitation: Invitation, browser: str, details: Details, here: Visitor, replaces: Attempt | None
) -> str | None:
    """Take the details of who proved the mailbox in this browser.

    Returns the token of a verified attempt where they name the profile of that address, None where an application was
    made. `replaces` is the attempt that this browser had begun before. Refused `gone`, where they were given already.
    Locked by a limit of enrolment's that shows itself; a silent one that is over makes an application of any.
    """
    found = identity.find(email=invitation.email, nino=details.nino)
    silent = submissions.count(address=invitation.email, nino=details.nino, found=found, here=here, sends=False)
    token = None
    with transaction.atomic():
        profile = None if silent else _still(found, invitation, details)
        taken = _take(invitation, browser, profile)
        if taken and profile:
            token = _go_on(invitation, profile, details, replaces)
        elif taken:
            _apply(invitation, details)
    if not taken:
        raise Refused("gone")
    return token


def _still(found: Found, invitation: Invitation, details: Details) -> Profile | None:
    """The profile, its row locked, if the details name it by now too."""
    if found.profile is None:
        return None
    held = Profile.locked(found.profile.pk)
    now = identity.find(email=invitation.email, nino=details.nino).profile
    return held if now == held else None


def _take(invitation: Invitation, browser: str, profile: Profile | None) -> bool:
    now = timezone.now()
    given = {"state": State.SUBMITTED} if profile is None else {"state": State.FOUND, "ended_at": now}
    proved = Invitation.objects.filter(pk=invitation.pk, state=State.PROVED, expires_at__gt=now)
    mine = proved.filter(browser_hash=crypto.token_hash(browser))
    return bool(mine.update(submitted_at=now, profile=profile, code_digest=None, **given))


def _go_on(invitation: Invitation, profile: Profile, details: Details, replaces: Attempt | None) -> str:
    record(EventName.INVITATION_FOUND, **invitation.in_trail)
    return proven.begin(
        invited=invitation.pk,
        reference=invitation.reference,
        profile=profile,
        address=invitation.email,
        nino=details.nino,
        replaces=replaces,
    )


def _apply(invitation: Invitation, details: Details) -> None:
    names = {"given_name": details.given_name, "family_name": details.family_name}
    Application.objects.create(
        invitation=invitation,
        organisation=invitation.organisation,
        date_of_birth=details.date_of_birth.isoformat(),
        number_fingerprints=crypto.fingerprints(details.nino),
        born_fingerprint=duplicates.born(date=details.date_of_birth, **names),
        **names,
    )
    record(EventName.APPLICATION_SUBMITTED, **invitation.in_trail)
    told = {"inviter": inviters.of(invitation), "routes": routes.ROUTES.values()}
    outbox.send(
        "apply_submitted",
        profile=None,
        to=invitation.email,
        context={"organisation": invitation.organisation, **told},
        reference=invitation.reference,
        organisation=invitation.organisation.code,
        about=mails.about(invitation),
    )
