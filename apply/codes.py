"""The code that is mailed to who opened an invitation: made, sent again, and counted before it is compared.

It is of that link and of that mail alone: who invites again, or sends another, ends it.
"""

import hmac
import secrets
from typing import Final

from django.conf import settings
from django.utils import timezone

from apply import mails
from apply.models import CODES_MOST, Invitation
from careid.post import outbox
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record
from enrolment import email_codes

DIGITS: Final = 6
PURPOSE: Final = "apply code"
WAITS: Final = (0, 30, 60, 120, 120, 120)  # seconds before the next, by how many were sent


def left(invitation: Invitation) -> int:
    """How many more can be sent."""
    return CODES_MOST - invitation.codes


def wait(invitation: Invitation) -> int | None:
    """Seconds until another can be sent: 0 where at once, None where never."""
    if invitation.code_issued_at is None or not left(invitation):
        return None
    return email_codes.seconds_left(invitation.code_issued_at, WAITS[invitation.codes])


def send(invitation: Invitation) -> None:
    """Make the next one and mail it, in the caller's transaction, which holds the row and has one left to send."""
    invitation.codes += 1
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    invitation.code_digest, invitation.code_issued_at = _digests(invitation, code)[0], timezone.now()
    invitation.save(update_fields=["codes", "code_digest", "code_issued_at"])
    record(EventName.INVITATION_CODE_SENT, details={"number": invitation.codes}, **invitation.in_trail)
    outbox.send(
        "apply_code",
        profile=None,
        to=invitation.email,
        context={"code": code, "minutes": settings.CODE_LIFE.seconds // 60},
        reference=invitation.reference,
        organisation=invitation.organisation.code,
        about=mails.about(invitation),
        good_for=settings.CODE_LIFE - settings.CODE_WORTH_SENDING,
    )


def is_right(invitation: Invitation, typed: str) -> bool:
    """Whether these six digits are the newest code, in constant time: for a try that was counted."""
    digest = bytes(invitation.code_digest or b"")
    return any(hmac.compare_digest(one, digest) for one in _digests(invitation, typed))


def _digests(invitation: Invitation, code: str) -> list[bytes]:
    return crypto.macs(PURPOSE, str(invitation.pk), str(invitation.sends), str(invitation.codes), code)
