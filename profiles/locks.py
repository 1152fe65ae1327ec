"""What limits hold back on one person's own details, and lifting it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.module_loading import import_string

from authenticators.registry import KINDS
from careid.limits import counting, limits, own
from careid.limits.limits import Limit
from careid.people.models import Profile
from careid.post import outbox
from careid.trail import duties
from careid.trail.names import EventName
from careid.trail.record import noted, record

WORDS: Final[dict[str, str]] = {
    "details_pair_hour": "their details were typed 6 times in an hour",
    "details_pair_day": "their details were typed 10 times in a day",
    "details_email_hour": "their email address was typed 10 times in an hour (no code is sent; an email says so)",
    "details_email_day": "their email address was typed 20 times in a day (no code is sent; an email says so)",
    "details_nino_hour": "their number was typed 10 times in an hour (no code is sent; an email says so)",
    "details_nino_day": "their number was typed 20 times in a day (no code is sent; an email says so)",
    "code_sends_hour": "6 codes were asked for in an hour",
    "code_sends_day": "10 codes were asked for in a day",
    "code_wrong_day": "25 wrong codes in a day",
    "code_wrong_in_a_row": "100 wrong codes in a row",
}


@dataclass(frozen=True)
class Lock:
    """A limit that is over on one person, of adding or of signing in with a `kind`.

    `until` is None where only this desk ends it.
    """

    limit: Limit
    until: datetime | None
    words: str
    kind: str = ""  # its slug; empty where it is of adding


def of(profile: Profile) -> list[Lock]:
    """What is locked now, those that do not show themselves included; of the steps of one limit the one that ends last.

    One statement, and those that a kind needs to know what it counts.
    """
    held = _held(profile)
    said = {one.limit: (one.words, kind) for one, kind in held}
    ends = counting.look(*_counts(held)).ends  # those that end last stand last
    found = {said[limit]: Lock(limit, _until(limit, until), *said[limit]) for limit, until in ends.items()}
    return list(found.values())


def _until(limit: Limit, until: datetime) -> datetime | None:
    return None if limit.window == limits.FOR_EVER else until


@transaction.atomic
def lift(*, profile: Profile, by: str, reason: str, note: str = "") -> int:
    """Forget what is counted against a person's own details and signing in, and tell them. Returns how many there were.

    Where nothing is locked, nothing is forgotten: guesses that are set to nought before they lock would never be told.
    Refused: `own_change`, where `by` led to what was reported.
    """
    profile = Profile.locked(profile.pk)  # of two at once, the second finds nothing
    duties.apart_from_what_was_reported(profile, by=by)
    if not of(profile):
        return 0
    counts = counting.forget(*_counts(_held(profile)))
    details = {"counts": counts} | noted(note)
    record(EventName.LIMIT_LIFTED, actor=by, profile=profile, reason=reason, details=details)
    outbox.to_everyone("unlocked", profile=profile, context={"profile": profile})
    return counts


def _held(profile: Profile) -> list[tuple[own.Held, str]]:
    """All that is counted of this person: of adding by their details, and of signing in as each kind says."""
    details = own.counts(email=profile.email, nino_fingerprint=profile.nino_fingerprint)
    adding = [(own.Held(limit, subject, WORDS.get(limit.name, limit.name)), "") for limit, subject in details]
    of_kinds = ((kind.slug, import_string(kind.locks)) for kind in KINDS.values() if kind.locks)
    return [*adding, *((one, slug) for slug, counted in of_kinds for one in counted(profile))]


def _counts(held: list[tuple[own.Held, str]]) -> list[counting.Count]:
    return [(one.limit, one.subject) for one, _ in held]
