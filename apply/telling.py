"""Who hears what became of an application: the person, a colleague who is named, and whoever is on file already."""

from django.conf import settings

from apply import inviters, reasons
from apply.models import Application, Invitation
from careid.people.models import Profile
from careid.post import outbox
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record
from enrolment import assisted_notices


def approved(profile: Profile, invitation: Invitation) -> None:
    """The person, at the address that is on their profile now: with a way to say that it was not them."""
    context = {"profile": profile, "start": f"{settings.ORIGIN}/"}
    outbox.to_everyone("apply_approved", profile=profile, context=context, reference=invitation.reference)


def rejected(invitation: Invitation, why: reasons.Rejection) -> None:
    """The person, at the address that was invited: why, and what to do."""
    outbox.send(
        "apply_rejected",
        profile=None,
        to=invitation.email,
        context={"why": why, "inviter": inviters.of(invitation), "organisation": invitation.organisation},
        reference=invitation.reference,
        organisation=invitation.organisation.code,
    )


def on_file(profile: Profile, invitation: Invitation) -> None:
    """Whom somebody applied in place of, once a day at most (`post.delivering`).

    Their own organisation's trail has it too; neither says where that was. The reference leads operators from one to
    the other.
    """
    event, reference = EventName.APPLICATION_APPROVED, invitation.reference
    record(event, outcome="refused", reason="on_file", actor=actors.SYSTEM, profile=profile, reference=reference)
    context = {"profile": profile, "start": f"{settings.ORIGIN}/"}
    outbox.send("apply_on_file", profile=profile, context=context, reference=reference)


def who_checked(application: Application, *, by: str) -> None:
    """A colleague who is named as the one who checked: they answer for it with their name."""
    if address := assisted_notices.address_of(application.checked_by, named_by=by):
        outbox.send(
            "apply_checked",
            profile=None,
            to=address,
            context={"by": assisted_notices.name_of(by), "checked": application.get_checked_display().lower()},
            **application.invitation.in_trail,
        )
