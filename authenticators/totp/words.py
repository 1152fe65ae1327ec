"""Why an app was not added or let nobody in, as the trail keeps it and the desk says it. People read a page's words."""

from careid.errors import Reason


class Why(Reason):
    WRONG = "wrong", "a wrong code was typed"
    FAST = "fast", "the phone's clock is fast"
    SLOW = "slow", "the phone's clock is slow"
    EMAIL_CODE = "email_code", "typed the code from the email instead of the app's"
    NEW_KEY = "new_key", "ten wrong codes: a new QR code was shown"
    NO_MORE_KEYS = "no_more_keys", "thirty wrong codes"
    PASSWORD = "password", "the code was right and the password was not"
    USED = "used", "the code had been used before"
    LOCKED = "locked", "too many were wrong: it is locked for a while"
