"""Details that somebody typed count under every limit, right or wrong, before anything comes of them."""

from datetime import datetime
from typing import Final

from careid.limits import counting, limits, own
from careid.serving.visitors import Visitor
from careid.storing import crypto
from enrolment.identity import Found

OF_PAIR: Final = (limits.DETAILS_PAIR_HOUR, limits.DETAILS_PAIR_DAY)
SENDS: Final = (limits.CODE_SENDS_HOUR, limits.CODE_SENDS_DAY)


def count(*, address: str, nino: str, found: Found, here: Visitor, sends: bool) -> datetime | None:
    """Count one answer to the details. Returns when the last silent limit ends that is over, None where none is.

    Address and number come in the form of `careid.people.typed`, and `found` is what `identity.find` made of them.
    With `sends` a code is mailed for them, and they are new details of anybody's: both have an alarm of their own.
    Locked by any limit that shows itself.
    """
    number, pair = found.number, own.pair(address, found.number).hex()
    own.carry_over(email=address, fingerprints=crypto.fingerprints(nino), now=number)
    alarms = (limits.CODE_SENDS_ALL, limits.DETAILS_MATCHED if found.profile else limits.DETAILS_FAILED)
    verdict = counting.hit_or_lock(
        (limits.DETAILS_ADDRESS, here.address),
        (limits.DETAILS_NETWORK, here.network),
        *((limit, pair) for limit in (*OF_PAIR, *(SENDS if sends else ()))),
        *((limit, address) for limit in limits.EMAIL_LIMITS),
        *((limit, number) for limit in limits.NINO_LIMITS),
        then=tuple((limit, "") for limit in alarms) if sends else (),
        room=here.room,
    )
    return verdict.silent_until
