"""Where an invitation stands, as far as who brings its link or its browser's cookie may know. Nothing is written."""

from typing import Final

from django.conf import settings
from django.utils import timezone

from apply.models import Invitation
from careid.storing import crypto

State = Invitation.State
DONE: Final = (State.FOUND, State.SUBMITTED, State.APPROVED, State.REJECTED)  # the details were given


def shut(invitation: Invitation) -> str:
    """Why its link leads nowhere, a word; empty where it does.

    `expired`, `cancelled`, `blocked`, or `submitted`: one word for all that comes of the details, because who has the
    link and not the mailbox is not told who is on file.
    """
    if invitation.state in DONE:
        return "submitted"
    if invitation.state in Invitation.LIVE:
        return "expired" if timezone.now() >= invitation.expires_at else ""
    return invitation.state


def of_browser(token: str) -> Invitation | None:
    """The invitation that was opened in the browser with this cookie; None where none was, or in another one since."""
    these = Invitation.objects.select_related("organisation", "profile__organisation")
    return these.filter(browser_hash=crypto.token_hash(token)).first() if token else None


def is_of(invitation: Invitation, token: str) -> bool:
    """Whether it was opened in the browser with this cookie, and in no other since."""
    return bool(token) and bytes(invitation.browser_hash or b"") == crypto.token_hash(token)


def timed_out(invitation: Invitation) -> bool:
    """Whether the browser that proved the mailbox has had its hour: it may be a shared one that was left open."""
    since = invitation.submitted_at or invitation.proved_at
    return since is not None and timezone.now() >= since + settings.ATTEMPT_LIFE


def code_lives(invitation: Invitation) -> bool:
    """Whether the newest code can still be typed."""
    issued = invitation.code_issued_at
    return issued is not None and timezone.now() < issued + settings.CODE_LIFE
