"""What the desk can do to an application: record the check, say yes, say no."""

from typing import Any, Final

from apply import checking, deciding, reasons
from apply.models import Application
from desk.application_forms import ApproveForm, IdentityForm
from desk.verb import Verb
from desk.verb_forms import ME


def _waits(application: Application) -> bool:
    return application.state == Application.State.WAITING


def _record(row: Application, *, by: str, checked_by: str, **data: Any) -> bool:
    named = by if checked_by == ME else checked_by
    return checking.record_check(application=row, by=by, checked_by=named, **data)


APPLICATION: Final = (
    Verb(
        "check",
        "Record the identity check",
        "Record only what you or a colleague saw. The types of the documents are kept, never their numbers.",
        "apply.check_application",
        _record,
        "The check was recorded.",
        _waits,
        form=IdentityForm,
        fresh=True,
    ),
    Verb(
        "approve",
        "Approve",
        "A profile is made, with a new user id. The person is told by email, and can then add an authenticator.",
        "apply.decide_application",
        lambda row, **data: deciding.approve(application=row, **data),
        "The application was approved. The profile was made, and the person was told by email.",
        lambda row: _waits(row) and row.checked_at is not None,
        form=ApproveForm,
        fresh=True,
        too_often="Too many numbers were checked for whoever invited them, or by you.",
    ),
    Verb(
        "reject",
        "Reject",
        "The person is told by email why, and what to do about it. To apply again, they need a new invitation.",
        "apply.decide_application",
        lambda row, **data: deciding.reject(application=row, **data),
        "The application was rejected, and the person was told by email.",
        _waits,
        reasons.REJECT,
        fresh=True,
        grave=True,
    ),
)
