"""What an event came to, in the desk's words."""

from typing import Final

from careid.trail.names import EventName

WORDS: Final = {
    "ok": "done",
    "refused": "refused",
    "withheld": "not sent",
    "failed": "failed",
    "none": "no match",
}
# Where a name tells of something done, and it was not. Of all others that are not `ok` the name itself says no.
NOT_DONE: Final[dict[tuple[str, str], str]] = {
    (EventName.EMAIL_CODE_SENT, "withheld"): "No code was emailed",
    (EventName.PROFILE_CREATED, "refused"): "Profile not made",
    (EventName.PROFILE_EMAIL_CHANGED, "refused"): "Email address not changed",
    (EventName.PROFILE_NINO_CHANGED, "refused"): "National Insurance number not set",
    (EventName.PROFILE_REOPENED, "refused"): "Profile not reopened",
    (EventName.APPLICATION_APPROVED, "refused"): "Application not approved",
    (EventName.PROFILE_NINO_CHECKED, "none"): "A National Insurance number was checked: it is not on file",
}
