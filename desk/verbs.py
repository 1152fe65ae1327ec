"""What the desk can do to a row: each verb's words and permission, and the function that the commands call too."""

from typing import Final

from django.utils import timezone

from authenticators import actions, holds, reports
from authenticators.models import Report
from careid.people.models import Profile
from desk.verb import Verb
from desk.verb_forms import CheckForm, EmailForm, NoQuestionForm, NumberForm
from profiles import closing, emails, inviting, locks, numbers, reasons
from sign_in import ending, sessions


def _has_live(profile: Profile) -> bool:
    return profile.authenticators.live().exists()


_TOLD = "The person is told by email"
_HELD = f"{_TOLD}, at the old address too. What is added in the next 7 days works a day later."
PROFILE: Final = (
    Verb(
        "email",
        "Change the email address",
        f"{_HELD} You can do this 30 times an hour.",
        "careid.change_email",
        lambda row, **data: emails.change_email(profile=row, **data),
        "The email address was changed.",
        lambda _: True,  # of a closed one too: what another has taken meanwhile keeps it from being reopened
        reasons.CHANGE,
        EmailForm,
        fresh=True,
    ),
    Verb(
        "number",
        "Set the National Insurance number",
        f"It is kept scrambled, so nobody can read it again, here or elsewhere. {_HELD}",
        "careid.change_number",
        lambda row, **data: numbers.set_number(profile=row, **data),
        "The National Insurance number was set. What they add in the next 7 days works a day later, however they are "
        "let in: a colleague of yours can lift that hold. If they cannot get in, help them add an authenticator now.",
        lambda _: True,  # of a closed one too: what another has taken meanwhile keeps it from being reopened
        reasons.CHANGE,
        NumberForm,
        fresh=True,
    ),
    Verb(
        "check",
        "Check a National Insurance number",
        "Type what the person says. You are told whether it is the one on file. Each check is kept in the trail.",
        "careid.check_number",
        lambda row, *, by, number: numbers.matches(profile=row, number=number, by=by),
        "It is the number on file.",
        lambda row: bool(row.nino_fingerprint),
        form=CheckForm,
        for_oneself=True,
        otherwise="It is not the number on file.",
    ),
    Verb(
        "unlock",
        "Lift the lock",
        f"They can try again at once. {_TOLD}.",
        "careid.unlock_profile",
        lambda row, **data: locks.lift(profile=row, **data),
        "The lock was lifted.",
        lambda row: bool(locks.of(row)),
        reasons.UNLOCK,
        fresh=True,
    ),
    Verb(
        "sign-out",
        "Sign them out everywhere",
        f"It ends in each browser at once, with what they were doing there. They can sign in again. {_TOLD}.",
        "sign_in.end_sessions",
        lambda row, **data: ending.everywhere(profile=row, **data),
        "They were signed out everywhere.",
        lambda row: sessions.standing(row).exists(),
        reasons.SIGN_OUT,
        for_oneself=True,
        otherwise="Nothing was changed: they were signed in nowhere.",
    ),
    Verb(
        "revoke",
        "Revoke all authenticators",
        f"None of them can be used again. {_TOLD} of each.",
        "authenticators.revoke_authenticator",
        lambda row, **data: actions.revoke_all(profile=row, **data),
        "All authenticators were revoked.",
        _has_live,
        reasons.REVOKE,
        fresh=True,
        grave=True,
        for_oneself=True,
    ),
    Verb(
        "close",
        "Close the profile",
        f"All authenticators are revoked and nothing can be added. {_TOLD}.",
        "careid.close_profile",
        lambda row, **data: closing.close(profile=row, **data),
        "The profile was closed.",
        lambda row: row.is_open,
        reasons.CLOSE,
        fresh=True,
        grave=True,
    ),
    Verb(
        "reopen",
        "Reopen the profile",
        f"Authenticators that were revoked do not come back. {_TOLD}.",
        "careid.close_profile",
        lambda row, **data: closing.reopen(profile=row, **data),
        "The profile was reopened.",
        lambda row: not row.is_open,
        reasons.REOPEN,
        fresh=True,
    ),
    Verb(
        "invite",
        "Invite to add an authenticator",
        "An email says where to begin and what to have ready. It holds no secret.",
        "careid.invite_profile",
        lambda row, *, by: inviting.invite(profile=row, by=by),
        "The invitation was sent.",
        lambda row: row.is_open and bool(row.email),
        form=NoQuestionForm,
        for_oneself=True,
        otherwise="Nothing was sent: they were invited within a day, or their organisation does not take part.",
    ),
)
AUTHENTICATOR: Final = (
    Verb(
        "revoke",
        "Revoke",
        f"It can never be used again. {_TOLD}.",
        "authenticators.revoke_authenticator",
        lambda row, **data: actions.revoke(authenticator=row, **data),
        "It was revoked.",
        lambda row: row.is_live,
        reasons.REVOKE,
        fresh=True,
        grave=True,
        for_oneself=True,
    ),
    Verb(
        "suspend",
        "Suspend",
        f"It cannot be used until it is reinstated. {_TOLD}.",
        "authenticators.suspend_authenticator",
        lambda row, **data: actions.suspend(authenticator=row, **data),
        "It was suspended.",
        lambda row: row.state == actions.ACTIVE,
        reasons.SUSPEND,
        for_oneself=True,
    ),
    Verb(
        "reinstate",
        "Reinstate",
        f"It can be used again. {_TOLD}.",
        "authenticators.suspend_authenticator",
        lambda row, **data: actions.reinstate(authenticator=row, **data),
        "It was reinstated.",
        lambda row: row.state == actions.SUSPENDED,
        reasons.REINSTATE,
        fresh=True,
    ),
    Verb(
        "lift",
        "Lift the hold",
        f"It can be used at once. {_TOLD}.",
        "authenticators.lift_hold",
        lambda row, **data: holds.lift(authenticator=row, **data),
        "The hold was lifted.",
        lambda row: row.state == actions.ACTIVE and row.usable_from > timezone.now(),
        reasons.LIFT_HOLD,
        fresh=True,
    ),
)
REPORT: Final = (
    Verb(
        "close",
        "Close the report",
        "With the last one closed, the person can add again. What was stopped stays so until you reinstate it.",
        "authenticators.close_report",
        lambda row, *, by, reason, note: reports.close(report=row, by=by, outcome=reason, note=note),
        "The report was closed.",
        lambda row: row.closed_at is None,
        dict(Report.Outcome.choices),
        fresh=True,
    ),
)
