"""The mails of an invitation: each can be stopped with it, as long as it waits."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from apply import inviters, links
from apply.inviters import Inviter
from apply.models import Invitation
from careid.post import outbox
from careid.post.models import Mail


def send(template: str, invitations: Sequence[Invitation]) -> list[Mail]:
    """Queue this mail, with its link, to who is invited by each of these, in their order."""
    asked_by = inviters.of_each(invitations)
    return [
        outbox.send(
            template,
            profile=None,
            to=one.email,
            context=_context(one, who),
            reference=one.reference,
            organisation=one.organisation.code,
            about=about(one),
        )
        for one, who in zip(invitations, asked_by, strict=True)
    ]


def send_links(invitations: Sequence[Invitation]) -> None:
    """Queue the mail of a new link to each, and keep which mail it is, by one statement."""
    for one, mail in zip(invitations, send("apply_invitation", invitations), strict=True):
        one.mail = mail
    keys = [one.pk for one in invitations]
    _note(keys, [one.mail_id for one in invitations])


def drop(invitation: Invitation) -> None:
    """Let none go out that waits, in the caller's transaction: its link is dead."""
    outbox.drop(about=about(invitation))


def _context(invitation: Invitation, inviter: Inviter) -> dict[str, Any]:
    link, until = links.give(invitation), invitation.expires_at
    return {"link": link, "until": until, "inviter": inviter, "organisation": invitation.organisation}


def about(invitation: Invitation) -> str:
    """What each of its mails is about, for `outbox.drop`."""
    return f"apply:{invitation.pk.hex}"


def _note(keys: list[UUID], mails: list[UUID | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE apply_invitation SET mail_id = told.mail FROM unnest(%s::uuid[], %s::uuid[]) AS told (key, mail)
               WHERE id = told.key""",
            [keys, mails],
        )
