"""Why somebody was not let in at the door, for the trail; and what the door says where it does not do something."""

from typing import Final

from careid.trail.names import EventName

EVENTS: Final = {EventName.ADMIN_SIGN_IN_REFUSED, EventName.ADMIN_LOCKED, EventName.ADMIN_FACTOR_STOPPED}
REASONS: Final = {
    "password": "wrong name or password at the desk",
    "old_password": "a wrong old password, where a new one was to be set at the desk",
    "not_of_the_desk": "an account without a role at the desk",
    "passkey": "the passkey was not accepted at the desk",
    "count_went_back": "the passkey's count went back at the desk, so that there may be a copy of it",
    "code": "a wrong code at the desk",
    "limit": "too many tries at the desk",
}

NOT_PROVED: Final = {
    "late": "That took too long. Press the button again",
    "passkey": "That passkey was not accepted. Try again, or use another one of yours",
    "stopped": "This passkey works no more, since there may be a copy of it. Use another one, or ask whoever runs this "
    "service for a new invitation",
}
NOT_ADDED: Final = {
    "late": "That took too long. Press the button again",
    "passkey": "That passkey was not accepted, and nothing was added. Press the button again",
    "known": "That passkey is in use already, and nothing was added. Make another one",
    "limit": "You have as many as there can be. Remove one first.",
    "used": "This invitation was used, and nothing was added",
    "not_proved": "Nothing was added. Sign in again first",
}
NOT_REMOVED: Final = {
    "last": "This is the only way you have to sign in. Add another one first.",
    "unknown": "That one is not there any more.",
}
