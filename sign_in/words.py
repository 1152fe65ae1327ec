"""Why somebody was not signed in, and why a session ended, as the trail keeps it and as the desk says it."""

from careid.errors import Reason


class Why(Reason):
    """What `sessions.open` says no with, whatever the kind: to who has proved that it is theirs."""

    ON_HOLD = "on_hold", "it is on hold"
    SUSPENDED = "suspended", "it is stopped for now"
    CLOSED = "closed", "their profile is closed"
    REPORTED = "reported", "a report of “this was not me” is open"
    LEVEL = "level", "it is not what was asked for, or not strong enough"
    NO_ROLE = "no_role", "the service lets nobody in without a role, and they have none"
    SPENT = "spent", "the same proof was used a moment before"
    ANSWERED = "answered", "they had signed in a moment before, in another tab"


class Ended(Reason):
    """Why a session ended."""

    SIGNED_OUT = "signed_out", "they signed out"
    ENDED = "ended", "they ended it from another place"
    ANOTHER_PERSON = "another_person", "somebody else signed in in that browser"
    NEW_PASSWORD = "new_password", "they made a new password"
    NOT_ME = "not_me", "they said that a sign-in was not theirs"
    IDLE = "idle", "nothing was done for a while"
    OVER = "over", "it had lasted as long as one may"
    NOT_USABLE = "not_usable", "what they signed in with may not be used any more"
