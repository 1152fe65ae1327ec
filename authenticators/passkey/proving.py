"""Signing in with a passkey (W3C Web Authentication, level 3, 7.2): whose it is, and what its proof is worth."""

from dataclasses import dataclass
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import transaction

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.passkey import asserted, browser, ceremony, elsewhere, origins, response
from authenticators.passkey.asserted import Asserted
from authenticators.passkey.kind import KIND
from authenticators.passkey.limits import PASSKEY_FAILURES, PASSKEY_NOTES
from authenticators.passkey.response import Rejected
from authenticators.passkey.words import Why
from careid.errors import Refused
from careid.limits import counting
from careid.limits.counting import Count
from careid.serving.visitors import Visitor
from careid.trail.actors import SYSTEM
from sign_in import challenges, trail, visits
from sign_in.models import Visit

# The page of each reason that has one; the rest are `wrong`: what is not right in a proof is nobody's to know.
PAGES: Final = {
    Why.TIMED_OUT: "timed_out",
    Why.UNKNOWN_PASSKEY: "unknown_passkey",
    Why.ELSEWHERE: "unknown_passkey",
    Why.COUNT_WENT_BACK: "count_went_back",
}
# Why a browser used none, of those that can be while one is used.
OF_BROWSER: Final = browser.ALL - {Why.ALREADY_REGISTERED, Why.NO_SCREEN_LOCK, Why.NO_KEY_TYPE}
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Proved:
    """A passkey that has proved itself; `material` is to take the place of the row's, None where that may stay."""

    authenticator: Authenticator
    material: dict[str, Any] | None


def options(visit: Visit) -> str:
    """The request options of a new challenge for this visit, as JSON: for any passkey that the browser has of ours."""
    return ceremony.request_options(rp_id=settings.RP_ID, challenge=challenges.issue(visit))


def prove(*, visit: Visit, credential: str, here: Visitor) -> Proved:
    """The passkey that this response, as JSON, proves. Its challenge is spent first, whatever comes of the response.

    Refused, each noted: `timed_out`, `wrong`, `unknown_passkey`, `count_went_back`. Locked after sixty an hour from an
    address; who is let in has not failed, and takes `counted` back.
    """
    counting.hit_or_lock(counted(here), room=here.room)
    try:
        challenge = asserted.challenge(credential)
    except Rejected as rejected:
        raise _refused(rejected.reason) from rejected
    if not challenges.spend(visit=visit, challenge=challenge):
        raise _refused(Why.TIMED_OUT)
    return _judged(visit, credential, challenge)


def counted(here: Visitor) -> Count:
    """What a try counts against."""
    return PASSKEY_FAILURES, here.address


def _judged(visit: Visit, credential: str, challenge: str) -> Proved:
    name = response.credential_id(credential)
    rows = Authenticator.objects.select_related("profile__organisation").filter(kind=KIND.slug, external_id=name)
    one = min(rows, key=lambda row: (not row.is_live, not row.proves), default=None)
    if one is None:
        raise _unknown(visit, name)
    try:
        came = _verified(one, credential, challenge)
    except Rejected as rejected:
        if rejected.reason != Why.COUNT_WENT_BACK:
            raise _refused(rejected.reason, one) from rejected
        raise (_copied(one) if one.is_live else _unknown(visit, name, one)) from rejected
    if not one.proves:
        raise _unknown(visit, name, one)
    _keep_whether_backed_up(one, came)
    counts = came.sign_count != one.material["sign_count"]
    return Proved(one, {**one.material, "sign_count": came.sign_count} if counts else None)


def _verified(one: Authenticator, credential: str, challenge: str) -> Asserted:
    return ceremony.finish_assertion(
        credential=credential,
        challenge=challenge,
        rp_id=settings.RP_ID,
        origins=origins.ours(),
        public_key=one.material["public_key"],
        sign_count=one.material["sign_count"],
        backup_eligible=one.details.get("backup_eligible", False),
        user_handle=bytes(one.profile.user_handle),
    )


def _keep_whether_backed_up(one: Authenticator, came: Asserted) -> None:
    """It may change (7.2, 24). Of two at once the first is kept: the next sign-in tells it again."""
    if came.backed_up != one.details.get("backed_up"):
        rows = Authenticator.objects.filter(pk=one.pk, details=one.details)
        rows.update(details={**one.details, "backed_up": came.backed_up})


def _copied(one: Authenticator) -> Refused:
    """Stop a passkey whose count went back: somebody may have a copy of its key (6.1.1)."""
    log.error("the count of a passkey went back")
    with transaction.atomic():
        actions.suspend(authenticator=one, by=SYSTEM, reason=Why.COUNT_WENT_BACK)
        return _refused(Why.COUNT_WENT_BACK, one)


def _unknown(visit: Visit, name: str, one: Authenticator | None = None) -> Refused:
    """A passkey that nobody can sign in with: its page tells the browser so, unless it is one of another door's."""
    live = elsewhere.is_live(name)
    told = {"elsewhere": True} if live else {"unknown": name, "rp_id": settings.RP_ID}
    visits.put(visit=visit, slug=KIND.slug, entry=told)
    return _refused(Why.ELSEWHERE if live else Why.UNKNOWN_PASSKEY, one)


def _refused(reason: Why, one: Authenticator | None = None) -> Refused:
    trail.note(kind=KIND, reason=reason, authenticator=one)
    return Refused(PAGES.get(reason, "wrong"))


def failed(*, error: str, elapsed: int | None, here: Visitor) -> Why:
    """Note why the browser used no passkey, sixty times an hour from an address, and return the reason to tell.

    `error` is a DOMException's name or our script's word; `elapsed` is in milliseconds.
    """
    found = browser.why(error, elapsed)
    reason = found if found in OF_BROWSER else Why.UNKNOWN
    if reason == Why.BAD_OPTIONS:
        log.error("the browser found our passkey options bad")
    if not counting.hit((PASSKEY_NOTES, here.address), room=here.room).silenced:
        trail.note(kind=KIND, reason=reason)
    return reason
