"""How often a person may leave for NHS.net, and how much is written down of those who come back as nobody."""

from datetime import timedelta
from typing import Final

from careid.limits.limits import HOUR, Limit

SIGN_IN_STARTS: Final = Limit("sign_in_starts", 10, timedelta(minutes=15))
NHSNET_NOTES: Final = Limit("nhsnet_notes", 60, HOUR, silent=True, shared=True)  # a no to nobody of ours: an event each
ALL: Final = (SIGN_IN_STARTS, NHSNET_NOTES)
