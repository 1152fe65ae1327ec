"""How often a passkey may be begun, and fail."""

from datetime import timedelta
from typing import Final

from careid.limits.limits import HOUR, Limit

PASSKEY_OPTIONS: Final = Limit("passkey_options", 10, timedelta(minutes=15))
PASSKEY_FAILURES: Final = Limit("passkey_failures", 60, HOUR, shared=True)  # to sign in
PASSKEY_NOTES: Final = Limit("passkey_notes", 60, HOUR, silent=True, shared=True)  # a no of the browser: an event each
ALL: Final = (PASSKEY_OPTIONS, PASSKEY_FAILURES, PASSKEY_NOTES)
