"""“This was not me”: what was changed stops at once, and the Registration Authority has a case to close."""

import secrets
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from authenticators import actions, duties
from authenticators.models import Authenticator, Report
from careid.errors import Refused
from careid.people.models import Profile
from careid.post import not_me, outbox
from careid.post.not_me import Told
from careid.storing import crypto
from careid.trail.actors import PERSON
from careid.trail.names import EventName
from careid.trail.record import noted, record
from enrolment import assisted, attempts

NOT_ME = "not_me"


def find(token: str) -> tuple[Told, Report | None]:
    """What a link tells of, and its newest report if it was pressed before. Refused as by `not_me.read`."""
    told = not_me.read(token)
    return told, Report.objects.filter(token_hash=crypto.token_hash(token)).first()


def stops(told: Told) -> "QuerySet[Authenticator]":
    """What pressing the link would stop: its authenticator, or all that were added since the profile was changed."""
    rows = Authenticator.objects.select_related("profile__organisation").filter(
        profile_id=told.profile_id, state=Authenticator.State.ACTIVE
    )
    return rows.filter(pk=told.authenticator_id) if told.authenticator_id else rows.filter(added_at__gte=told.at)


@transaction.atomic
def report(*, token: str) -> Report:
    """Suspend what the mail told of, end open attempts, hold further ones until the case is closed, tell the desk.

    While that is open, a second press of the same link does nothing; after it was closed, a press is a case of its own.
    Refused as by `not_me.read`.
    """
    told = not_me.read(token)
    try:
        profile = Profile.locked(told.profile_id)
    except Profile.DoesNotExist as error:
        raise Refused("unknown") from error
    digest = crypto.token_hash(token)
    # A case that was closed lets go of its link: whoever closed it may be the one whom the link is against.
    closed = Report.objects.filter(token_hash=digest, closed_at__isnull=False)
    closed.update(token_hash=secrets.token_bytes(len(digest)))
    made, fresh = Report.objects.get_or_create(
        token_hash=digest, defaults={"profile": profile, "authenticator_id": told.authenticator_id}
    )
    if fresh:
        _stop(profile, told)
    return made


@transaction.atomic
def report_here(*, profile: Profile, authenticator_id: UUID) -> Report:
    """As `report`, of this one, by somebody who is signed in. While such a case is open, it stands."""
    profile = Profile.locked(profile.pk)
    standing = Report.objects.filter(profile=profile, authenticator_id=authenticator_id, closed_at=None).first()
    if standing:
        return standing
    digest = crypto.token_hash(secrets.token_urlsafe())  # of a link that nobody has
    made = Report.objects.create(profile=profile, authenticator_id=authenticator_id, token_hash=digest)
    _stop(profile, Told(profile.pk, authenticator_id, made.reported_at))
    return made


def _stop(profile: Profile, told: Told) -> None:
    Profile.objects.filter(pk=profile.pk).update(reported_at=timezone.now())
    attempts.end_all(profile=profile, reason=NOT_ME)
    assisted.cancel_all(profile=profile, by=PERSON, reason=NOT_ME)
    stopped = [actions.suspend(authenticator=one, by=PERSON, reason=NOT_ME) for one in stops(told)]
    record(EventName.NOT_ME_REPORTED, profile=profile, authenticator_id=told.authenticator_id)
    if not any(stopped):
        outbox.to_everyone("reported", profile=profile, context={"profile": profile})
    if profile.organisation.ra_email:
        outbox.send("case", profile=profile, context={"profile": profile}, to=profile.organisation.ra_email)


@transaction.atomic
def close(*, report: Report, by: str, outcome: str, note: str = "") -> bool:
    """Close a case with an outcome, and tell everybody on file. Returns whether it was open.

    With the last one closed the person may add again. Refused: `own_change`, where `by` led to what was reported.
    """
    profile = Profile.locked(report.profile_id)
    duties.apart_from_report(report, by=by)
    closed = Report.objects.filter(pk=report.pk, closed_at=None).update(
        closed_at=timezone.now(), closed_by=by, outcome=outcome
    )
    if closed:
        another = Report.objects.filter(profile=profile, closed_at=None).exists()
        if not another:
            Profile.objects.filter(pk=profile.pk).update(reported_at=None)
        record(
            EventName.NOT_ME_CLOSED,
            actor=by,
            reason=outcome,
            profile=profile,
            authenticator_id=report.authenticator_id,
            details=noted(note),
        )
        context, one = {"profile": profile, "another": another}, report.authenticator_id
        outbox.to_everyone("report_closed", profile=profile, context=context, authenticator_id=one)
    return bool(closed)
