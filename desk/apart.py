"""What an admin may not do to a row because they led to what it would undo: the rules' own judges, asked beforehand."""

from collections.abc import Callable
from typing import Any, Final

from apply import deciding
from apply.models import Application
from authenticators import duties as of_authenticators
from authenticators.models import Authenticator, Report
from careid.errors import Refused
from careid.people.models import Profile
from careid.trail import duties
from profiles import closing

Judge = Callable[..., None]  # takes the row, and `by`; Refused where it is a colleague's to do
ASSIST: Final = "assist"
JUDGES: Final[dict[type, dict[str, Judge]]] = {
    Profile: {
        **dict.fromkeys(("email", "number", "unlock", ASSIST), duties.apart_from_what_was_reported),
        "reopen": closing.apart,
    },
    Authenticator: {"reinstate": of_authenticators.apart_from_stop, "lift": of_authenticators.apart_from_hold},
    Report: {"close": of_authenticators.apart_from_report},
    Application: {"approve": deciding.apart},
}


def refusal(row: Any, slug: str, *, by: str) -> str:
    """Why this account may not do it to the row, a word; empty where it may. The rule asks again, under its lock."""
    judge = JUDGES.get(type(row), {}).get(slug)
    try:
        if judge:
            judge(row, by=by)
    except Refused as refused:
        return str(refused.reason)
    return ""
