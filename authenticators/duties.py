"""Who may let an authenticator work, and who may close a report: nobody who led to it. Refused: `own_change`."""

from datetime import datetime
from typing import Final

from authenticators.models import Authenticator, Report
from careid.errors import Refused
from careid.people.models import LATELY
from careid.trail import duties

DISCOVERED: Final = frozenset({"not_me", "suspected_misuse", "count_went_back"})  # why it was stopped


def apart_from_hold(authenticator: Authenticator, *, by: str) -> None:
    """Of who lets a held one work: neither what was reported nor the change before it was added is theirs."""
    _apart_from_adding(authenticator, by=by)


def apart_from_stop(authenticator: Authenticator, *, by: str) -> None:
    """Of who lets a suspended one work: as with a hold, and nothing that was seen in it is theirs."""
    _apart_from_adding(authenticator, by=by, until=authenticator.added_at)
    if authenticator.state_reason in DISCOVERED:
        at = authenticator.state_changed_at
        duties.apart(authenticator.profile_id, by=by, names=duties.HELPED, since=at - duties.BEFORE, until=at)


def apart_from_report(report: Report, *, by: str) -> None:
    """Of who closes a report: nothing that it can be about is theirs, the closing of one before as no harm included."""
    duties.apart_from_report(report.profile_id, by=by, reported_at=report.reported_at)
    duties.apart_from_closing(report.profile_id, by=by, reported_at=report.reported_at)
    one = report.authenticator_id
    if one and Authenticator.objects.filter(pk=one, added_by=by).exists():
        raise Refused("own_change")


def _apart_from_adding(authenticator: Authenticator, *, by: str, until: datetime | None = None) -> None:
    if authenticator.added_by == by:
        raise Refused("own_change")
    since = authenticator.added_at - LATELY
    duties.apart(authenticator.profile_id, by=by, names=duties.LED_TO_IT, since=since, until=until)
    duties.apart_from_what_was_reported(authenticator.profile, by=by)
