"""User ids of profiles that are made here: the next one of a range that was given to this service and no other."""

import re
from typing import Final

from django.conf import settings
from django.db import connection

from careid.errors import Refused
from careid.people.models import Profile
from careid.people.typed import USER_ID_DIGITS

_RANGE: Final = re.compile(rf"([0-9]{{{USER_ID_DIGITS}}})\s*-\s*([0-9]{{{USER_ID_DIGITS}}})")
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(7302028)"
_GAP: Final = """SELECT min(id) FROM (
    SELECT %(first)s AS id WHERE NOT EXISTS (SELECT FROM careid_profile WHERE user_id = %(first)s)
    UNION ALL
    (SELECT lpad((p.user_id::bigint + 1)::text, 12, '0') FROM careid_profile p
    WHERE p.user_id >= %(first)s AND p.user_id < %(last)s AND NOT EXISTS (
        SELECT FROM careid_profile WHERE user_id = lpad((p.user_id::bigint + 1)::text, 12, '0')
    ) ORDER BY p.user_id LIMIT 1)) AS free"""


def bounds() -> tuple[str, str] | None:
    """The first and the last of the range, 12 digits each; None where no range is set, or what is set is none."""
    found = _RANGE.fullmatch(settings.USER_ID_RANGE)
    return (found[1], found[2]) if found and found[1] <= found[2] else None


def next_free() -> str:
    """A user id that nobody has, in the caller's transaction: another that asks waits until that is over.

    After the highest that is taken, so that they come in order; else the lowest gap. Refused: `no_range`, `range_full`.
    """
    within = bounds()
    if within is None:
        raise Refused("no_range")
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    return _after(*within)


def _after(first: str, last: str) -> str:
    taken = Profile.objects.filter(user_id__gte=first, user_id__lte=last).order_by("-user_id")
    highest = taken.values_list("user_id", flat=True).first()
    if highest is None:
        return first
    if highest < last:
        return f"{int(highest) + 1:0{USER_ID_DIGITS}}"
    with connection.cursor() as cursor:
        cursor.execute(_GAP, {"first": first, "last": last})
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise Refused("range_full")
    return str(row[0])
