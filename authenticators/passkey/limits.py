"""How often a passkey may be begun."""

from datetime import timedelta
from typing import Final

from careid.limits.limits import Limit

PASSKEY_OPTIONS: Final = Limit("passkey_options", 10, timedelta(minutes=15))
ALL: Final = (PASSKEY_OPTIONS,)
