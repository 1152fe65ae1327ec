"""How often a person may leave for NHS.net."""

from datetime import timedelta
from typing import Final

from careid.limits.limits import Limit

SIGN_IN_STARTS: Final = Limit("sign_in_starts", 10, timedelta(minutes=15))
ALL: Final = (SIGN_IN_STARTS,)
