"""Why somebody was not let in at the door."""

from typing import Final

from careid.trail.names import EventName

EVENTS: Final = {EventName.ADMIN_SIGN_IN_REFUSED, EventName.ADMIN_LOCKED}
REASONS: Final = {
    "password": "wrong name or password at the desk",
    "old_password": "a wrong old password, where a new one was to be set at the desk",
    "not_of_the_desk": "an account without a role at the desk",
    "passkey": "the passkey was not accepted at the desk",
    "code": "a wrong code at the desk",
    "limit": "too many tries at the desk",
}
