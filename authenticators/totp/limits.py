"""How often a password may be made: each costs a hash."""

from datetime import timedelta
from typing import Final

from careid.limits.limits import Limit

PASSWORDS: Final = Limit("totp_passwords", 10, timedelta(minutes=15))
ALL: Final = (PASSWORDS,)
