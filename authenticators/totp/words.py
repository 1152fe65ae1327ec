"""Why an app was not added, as the trail keeps it and as the desk says it. What the person reads is a page's."""

from careid.errors import Reason


class Why(Reason):
    WRONG = "wrong", "a wrong code was typed"
    FAST = "fast", "the phone's clock is fast"
    SLOW = "slow", "the phone's clock is slow"
    EMAIL_CODE = "email_code", "typed the code from the email instead of the app's"
    NEW_KEY = "new_key", "ten wrong codes: a new QR code was shown"
    NO_MORE_KEYS = "no_more_keys", "thirty wrong codes"
