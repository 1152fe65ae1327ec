"""From a person's page in a move on to their invitation to apply for a profile."""

from django.utils import timezone

from apply import inviting, links
from apply.models import Invitation
from careid.errors import Refused
from moves.models import Move, Person


def go_on(*, person: Person) -> str:
    """The address of the link by which this person applies; of one that ran out, a new one.

    Empty where none leads on: what was blocked or cancelled is for whoever invited, and what is over leads nobody on.
    """
    if person.invitation is None or person.move.state != Move.State.RUNNING:
        return ""
    live = Invitation.objects.filter(state__in=Invitation.LIVE, expires_at__gt=timezone.now())
    invitation = person.invitation
    found = live.filter(pk=invitation.pk).first() or _renewed(invitation)
    # Whoever invited them by another way since then mailed that link to the same address.
    same = live.filter(organisation=invitation.organisation_id, email=invitation.email)
    found = found or same.first()
    return links.give(found) if found else ""


def _renewed(invitation: Invitation) -> Invitation | None:
    try:
        inviting.renew(invitation=invitation)
    except Refused:
        return None
    return Invitation.objects.filter(pk=invitation.pk, state__in=Invitation.LIVE).first()
