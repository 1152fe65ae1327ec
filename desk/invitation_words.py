"""What the desk says of an invitation: how far it is, what to do where it stops, and what can be done to it."""

from datetime import datetime
from typing import Final

from django.utils import timezone

from apply import inviting
from apply.models import CODES_MOST, Invitation
from careid.post.models import Mail
from desk import words
from desk.verb import Verb
from desk.verb_forms import NoQuestionForm
from profiles import reasons

State = Invitation.State
_ENDED: Final = {
    State.FOUND: "They have a profile already, and were told so",
    State.APPROVED: "Approved",
    State.REJECTED: "Rejected",
    State.EXPIRED: "The link has run out",
    State.CANCELLED: "Cancelled",
    State.BLOCKED: "Stopped: too many codes",
}
_ADVICE: Final = {
    State.FOUND: "There is nothing to do: they can add an authenticator.",
    State.SUBMITTED: "Their application waits for the identity check and a decision.",
    State.REJECTED: "If they should try again, invite them again.",
    State.EXPIRED: "Send a new link if they still need a profile.",
    State.BLOCKED: f"{CODES_MOST} codes were sent or typed wrongly. Ask what happened, then send a new link.",
}
TOO_OFTEN: Final = "That address was sent too many links today."
NOT_DELIVERED: Final = (
    "Their mail server refused the email. Ask them for their address. Where it is another one, cancel this invitation"
    " and invite them there."
)
VERBS: Final = (
    Verb(
        "resend",
        "Send a new link",
        "They get another email. The link in the one before stops working, and what they began with it is lost.",
        "apply.invite_applicant",
        lambda row, *, by: inviting.resend(invitation=row, by=by),
        "A new link was sent. The one before no longer works.",
        lambda row: row.state in inviting.AGAIN,
        form=NoQuestionForm,
        otherwise="Nothing was sent: something has become of the invitation meanwhile.",
        too_often=TOO_OFTEN,
    ),
    Verb(
        "cancel",
        "Cancel the invitation",
        "Its link stops working at once. The person is not told.",
        "apply.invite_applicant",
        lambda row, **data: inviting.cancel(invitation=row, **data),
        "The invitation was cancelled.",
        lambda row: row.state in inviting.OPEN,
        reasons.CANCEL,
        grave=True,
        otherwise="Nothing was changed: something has become of the invitation meanwhile.",
    ),
)


def lives(invitation: Invitation) -> bool:
    """Whether its link still works, as far as time tells."""
    return invitation.state in Invitation.LIVE and invitation.expires_at > timezone.now()


def undelivered(invitation: Invitation) -> bool:
    """Whether the newest link could not be delivered."""
    return bool(invitation.mail and invitation.mail.state == Mail.State.FAILED)


def how_far(invitation: Invitation) -> str:
    """Its state in a few words, as the list has it."""
    if invitation.state in Invitation.LIVE and not lives(invitation):
        return _ENDED[State.EXPIRED]
    if invitation.state in _ENDED:
        return _ENDED[State(invitation.state)]
    if invitation.state == State.SENT and undelivered(invitation):
        return "Its email could not be sent"
    return str(invitation.get_state_display()).capitalize()


def advice(invitation: Invitation) -> str:
    """What to do, where it goes no further by itself; empty where it does."""
    if invitation.state in Invitation.LIVE and undelivered(invitation):
        return NOT_DELIVERED
    state = State(invitation.state)
    return _ADVICE.get(State.EXPIRED if state in Invitation.LIVE and not lives(invitation) else state, "")


def steps(invitation: Invitation) -> list[tuple[str, str]]:
    """What has happened and what has not yet, in order; each with how it looks: done, not-yet or bad."""
    found = [
        (f"Link sent at {words.time(invitation.sent_at)}", "bad" if undelivered(invitation) else "done"),
        _step("Link opened", "The link was not opened yet", invitation.opened_at),
        _step("Mailbox proved", "The code from the email was not typed yet", invitation.proved_at),
        _step("Details given", "The details were not given yet", invitation.submitted_at),
    ]
    ended = _ENDED.get(State(invitation.state))
    if ended and invitation.ended_at:
        good = invitation.state in {State.FOUND, State.APPROVED}
        found.append((f"{ended}, at {words.time(invitation.ended_at)}", "done" if good else "bad"))
    return found


def _step(done: str, not_yet: str, at: datetime | None) -> tuple[str, str]:
    return (f"{done} at {words.time(at)}", "done") if at else (not_yet, "not-yet")
