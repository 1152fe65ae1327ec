"""Every limit in one block, and the one atomic check.

A window starts with a subject's first count and lasts as long as the limit says. Counts are committed before the
request's own work, so that no rollback undoes one. Success clears none but the wrong codes in a row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, reduce
from math import ceil
from operator import or_
from typing import TYPE_CHECKING, Any, Final

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from careid.limits.counts import Row, add_counts
from careid.limits.models import LimitCount
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record

if TYPE_CHECKING:
    from django.db.models import QuerySet

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
MINUTES_10: Final = timedelta(minutes=10)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
FOR_EVER: Final = timedelta(days=36_500)


@dataclass(frozen=True)
class Limit:
    """`most` counts of one subject in a window. A silent one never shows itself: no mail goes, the page is the same."""

    name: str
    most: int
    window: timedelta
    silent: bool = False
    shared: bool = False  # the subject is an address: trusted networks have more room
    alarm: bool = False  # only tells the operator

    @property
    def shows(self) -> bool:
        """Whether a visitor notices when it is over."""
        return not self.silent and not self.alarm

    def most_with(self, room: int) -> int:
        return self.most * (room if self.shared else 1)


def _doubling(name: str, most: int, window: timedelta, times: int) -> tuple[Limit, ...]:
    """`most` tries, then a lock as long as the window; as many again, then one of twice that length, and so on.

    Each step has the steps before it within its own window, and the one try that met each of their locks.
    """
    return tuple(
        Limit(f"{name}_{step}", (most + 1) * step - 1, window * (2**step - 1), shared="address" in name)
        for step in range(1, times + 1)
    )


START = Limit("start", 300, MINUTES_10, shared=True)
PICTURE_FAILURES = Limit("picture_failures", 20, MINUTES_10, shared=True)
PICTURE_REFRESHES = Limit("picture_refreshes", 60, MINUTES_10, shared=True)
DETAILS_ADDRESS = Limit("details_address", 60, HOUR, shared=True)
DETAILS_NETWORK = Limit("details_network", 600, DAY, shared=True)
DETAILS_PAIR_HOUR = Limit("details_pair_hour", 6, HOUR)
DETAILS_PAIR_DAY = Limit("details_pair_day", 10, DAY)
DETAILS_EMAIL_HOUR = Limit("details_email_hour", 10, HOUR, silent=True)
DETAILS_EMAIL_DAY = Limit("details_email_day", 20, DAY, silent=True)
DETAILS_NINO_HOUR = Limit("details_nino_hour", 10, HOUR, silent=True)
DETAILS_NINO_DAY = Limit("details_nino_day", 20, DAY, silent=True)
DETAILS_MATCHED = Limit("details_matched", 1_000_000_000, timedelta(minutes=5))  # the same work as for the failed
DETAILS_FAILED = Limit("details_failed", 1_000, timedelta(minutes=5), alarm=True)
CODE_SENDS_HOUR = Limit("code_sends_hour", 6, HOUR)
CODE_SENDS_DAY = Limit("code_sends_day", 10, DAY)
CODE_SENDS_ALL = Limit("code_sends_all", 600, MINUTES_10, alarm=True)
CODE_WRONG_DAY = Limit("code_wrong_day", 25, DAY)  # 25 guesses a day in 1,000,000
CODE_WRONG_IN_A_ROW = Limit("code_wrong_in_a_row", 100, FOR_EVER)  # NIST SP 800-63B, 3.2.2: then only an RA lifts it
NOT_MATCHED_MAIL = Limit("not_matched_mail", 1, HOUR, silent=True)
NINO_CHECKS = Limit("nino_checks", 30, HOUR)
# Of the desk's door, passwords and codes alike: 15 minutes, then twice as long each time, up to 8 hours.
SIGN_IN_NAME = _doubling("sign_in_name", 5, timedelta(minutes=15), 6)
SIGN_IN_ADDRESS = _doubling("sign_in_address", 5, timedelta(minutes=15), 6)

PAIR_LIMITS: Final = (
    *(DETAILS_PAIR_HOUR, DETAILS_PAIR_DAY, CODE_SENDS_HOUR, CODE_SENDS_DAY, CODE_WRONG_DAY, CODE_WRONG_IN_A_ROW),
)
EMAIL_LIMITS: Final = (DETAILS_EMAIL_HOUR, DETAILS_EMAIL_DAY)
NINO_LIMITS: Final = (DETAILS_NINO_HOUR, DETAILS_NINO_DAY)
ALL: Final[dict[str, Limit]] = {
    limit.name: limit
    for limit in (
        *(
            START,
            PICTURE_FAILURES,
            PICTURE_REFRESHES,
            DETAILS_ADDRESS,
            DETAILS_NETWORK,
            DETAILS_MATCHED,
            DETAILS_FAILED,
        ),
        *(*PAIR_LIMITS, *EMAIL_LIMITS, *NINO_LIMITS, CODE_SENDS_ALL),
        *(NOT_MATCHED_MAIL, NINO_CHECKS, *SIGN_IN_NAME, *SIGN_IN_ADDRESS),
    )
}


def add(*more: Limit) -> None:
    """Take in the limits of a kind of authenticator, once the apps are ready."""
    ALL.update({limit.name: limit for limit in more})
    modes.cache_clear()


@dataclass(frozen=True)
class Verdict:
    """Which limits are over. `until` is when the last of those that show themselves ends, None where none is."""

    over: tuple[Limit, ...] = ()
    until: datetime | None = None
    just_reached: tuple[Limit, ...] = ()  # with this very count

    @property
    def locked(self) -> bool:
        return self.until is not None

    @property
    def silenced(self) -> bool:
        return any(limit.silent for limit in self.over)

    @property
    def by_hand(self) -> bool:
        """Only the Registration Authority can lift it."""
        return any(limit.window == FOR_EVER for limit in self.over)

    @property
    def seconds(self) -> int:
        """For Retry-After: at least 1, at most a day."""
        left = (self.until - timezone.now()).total_seconds() if self.until else 0
        return min(max(1, ceil(left)), int(DAY.total_seconds()))


class Locked(Exception):
    """A step is locked; the journey's guard answers with the page that says until when."""

    def __init__(self, verdict: Verdict, *, reference: str = "") -> None:
        super().__init__("locked")
        self.verdict = verdict
        self.reference = reference


@lru_cache(maxsize=8)
def modes(text: str) -> dict[str, str]:
    """`enforce`, `shadow` or `off` by limit, from `enforce,start=shadow`. ValueError for a word it doesn't know."""
    general, *exceptions = [word.strip() for word in text.split(",")]
    chosen = dict.fromkeys(ALL, general) | dict(word.split("=", 1) for word in exceptions if "=" in word)
    if (
        chosen.keys() != ALL.keys()
        or not set(chosen.values()) <= {"enforce", "shadow", "off"}
        or not all("=" in word for word in exceptions)
    ):
        raise ValueError("write enforce, shadow or off, then exceptions such as start=shadow")
    return chosen


def hit(
    *counts: tuple[Limit, str], then: tuple[tuple[Limit, str], ...] = (), room: int = 1, reference: str = ""
) -> Verdict:
    """Count once for each (limit, subject) and tell which are over: one statement, committed at once.

    What stands in `then` is counted only where none of the others that show themselves is over.
    `room` multiplies the limits whose subject is an address. Raises RuntimeError inside a transaction, where a
    rollback would undo the count.
    """
    mode = modes(settings.LIMITS)
    counted, later = (
        [(limit, _subject(limit, subject)) for limit, subject in group if mode[limit.name] != "off"]
        for group in (counts, then)
    )
    if not counted + later:
        return Verdict()
    stops = {limit.name: limit.most_with(room) for limit, _ in counted if mode[limit.name] == "enforce" and limit.shows}
    over: dict[Limit, datetime] = {}
    just_reached = []
    with transaction.atomic(durable=True):
        for name, count, until in add_counts(_rows(counted), _rows(later), stops):
            limit = ALL[name]
            most = limit.most_with(room)
            if count == most + 1:
                just_reached.append(limit)
                _note_reached(limit, most, mode[name], reference)
            if count > most and mode[name] == "enforce" and not limit.alarm:
                over[limit] = until
    shown = [until for limit, until in over.items() if not limit.silent]
    return Verdict(tuple(over), max(shown, default=None), tuple(just_reached))


def _note_reached(limit: Limit, most: int, mode: str, reference: str) -> None:
    if limit.alarm:
        log.error("many at once", limit=limit.name, most=most)
    details = {"limit": limit.name, "mode": mode}
    record(EventName.LIMIT_REACHED, outcome="refused", reference=reference, details=details)


def look(count: tuple[Limit, str], *, room: int = 1) -> None:
    """Locked where a limit is used up, without counting."""
    limit, subject = count
    row = _of(limit, subject).filter(until__gt=timezone.now(), count__gte=limit.most_with(room))
    found = row.first() if modes(settings.LIMITS)[limit.name] == "enforce" else None
    if found:
        raise Locked(Verdict((limit,), found.until))


def standing(*counts: tuple[Limit, str], room: int = 1) -> Verdict:
    """Which of these are over already, without counting."""
    mode, wanted = modes(settings.LIMITS), {(limit.name, _subject(limit, subject)) for limit, subject in counts}
    rows = LimitCount.objects.filter(limit__in={name for name, _ in wanted}, subject__in={one for _, one in wanted})
    over = {
        ALL[row.limit]: row.until
        for row in rows.filter(until__gt=timezone.now())
        if (row.limit, bytes(row.subject)) in wanted
        and mode[row.limit] == "enforce"
        and row.count > ALL[row.limit].most_with(room)
    }
    return Verdict(tuple(over), max(over.values(), default=None))


def has_room(count: tuple[Limit, str], *, room: int = 1) -> tuple[str, list[Any]]:
    """A condition for another's statement, with its values: what `look` would let through."""
    limit, subject = count
    if modes(settings.LIMITS)[limit.name] != "enforce":
        return "true", []
    used_up = """SELECT FROM careid_limitcount WHERE ("limit", subject) = (%s, %s) AND until > %s AND count >= %s"""
    return f"NOT EXISTS ({used_up})", [limit.name, _subject(limit, subject), timezone.now(), limit.most_with(room)]


def hit_or_lock(
    *counts: tuple[Limit, str], then: tuple[tuple[Limit, str], ...] = (), room: int = 1, reference: str = ""
) -> Verdict:
    """`hit`, and Locked where a limit that shows itself is over."""
    verdict = hit(*counts, then=then, room=room, reference=reference)
    if verdict.locked:
        raise Locked(verdict, reference=reference)
    return verdict


def _rows(counted: list[tuple[Limit, bytes]]) -> list[Row]:
    now = timezone.now()
    return [(limit.name, subject, now + limit.window) for limit, subject in counted]


def pair(email: str, nino_fingerprint: str) -> bytes:
    """A typed pair as it is counted: of what a profile holds too, so that its locks can be lifted."""
    return crypto.macs("pair", email, nino_fingerprint)[-1]


def over(*, email: str | None, nino_fingerprint: str | None) -> list[tuple[Limit, datetime]]:
    """Which limits a person's own details are over, and until when."""
    mode = modes(settings.LIMITS)
    rows = _own(email, nino_fingerprint).filter(until__gt=timezone.now()).order_by("until")
    found = [(ALL[row.limit], row) for row in rows]
    return [(limit, row.until) for limit, row in found if row.count > limit.most and mode[limit.name] == "enforce"]


def unlock(*, email: str | None, nino_fingerprint: str | None) -> int:
    """Forget what is counted against a person's own details. Returns how many counts there were."""
    return _own(email, nino_fingerprint).delete()[0]


def _own(email: str | None, nino_fingerprint: str | None) -> "QuerySet[LimitCount]":
    subjects = []
    if email:
        subjects += [(limit, email.lower()) for limit in EMAIL_LIMITS]
    if nino_fingerprint:
        subjects += [(limit, nino_fingerprint) for limit in NINO_LIMITS]
    if email and nino_fingerprint:
        subjects += [(limit, pair(email.lower(), nino_fingerprint).hex()) for limit in PAIR_LIMITS]
    wanted = [Q(limit=limit.name, subject=_subject(limit, subject)) for limit, subject in subjects]
    return LimitCount.objects.filter(reduce(or_, wanted)) if wanted else LimitCount.objects.none()


def take_back(limit: Limit, subject: str, *, clear: Limit | None = None) -> None:
    """Undo one count of something that was counted before it was known to be right.

    With it, in the same statement, the subject's counts of the limit to `clear` are forgotten.
    """
    also = 'WITH cleared AS (DELETE FROM careid_limitcount WHERE ("limit", subject) = (%s, %s)) ' if clear else ""
    undo = 'UPDATE careid_limitcount SET count = count - 1 WHERE ("limit", subject) = (%s, %s) AND count > 0'
    values = [value for one in (clear, limit) if one for value in (one.name, _subject(one, subject))]
    with connection.cursor() as cursor:
        cursor.execute(also + undo, values)


def take_back_all(*counts: tuple[Limit, str]) -> None:
    """Likewise of several, in one statement."""
    rows = LimitCount.objects.none()
    for limit, subject in counts:
        rows |= _of(limit, subject)
    rows.filter(count__gt=0).update(count=F("count") - 1)


def clear(limit: Limit, subject: str) -> None:
    """Forget a subject's counts of one limit."""
    _of(limit, subject).delete()


def _subject(limit: Limit, subject: str) -> bytes:
    # Under the ring's last key, so that a new first key doesn't set every count to nothing.
    return crypto.macs("limit", limit.name, subject)[-1]


def _of(limit: Limit, subject: str) -> "QuerySet[LimitCount]":
    return LimitCount.objects.filter(limit=limit.name, subject=_subject(limit, subject))
