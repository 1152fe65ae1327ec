"""Adding a passkey, between its first page and its proof: one challenge at a time, used once, within five minutes.

Pending meanwhile: `place`, `challenge`, `until`, `known` (the profile's passkeys by then), `unkept`.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.utils import timezone

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.passkey import browser, ceremony, elsewhere, origins, response
from authenticators.passkey.ceremony import Registered
from authenticators.passkey.kind import KIND
from authenticators.passkey.limits import PASSKEY_OPTIONS
from authenticators.passkey.response import Rejected
from authenticators.passkey.words import Why
from authenticators.refusals import Refusal
from careid.errors import Refused
from careid.limits import counting
from enrolment import pending
from enrolment.models import Attempt
from enrolment.pending import Entry

LIFE: Final = timedelta(milliseconds=ceremony.TIMEOUT)
REFUSALS: Final = ("challenge_expired", "verification_failed")  # beside those of `actions.add`
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def challenge(attempt: Attempt) -> str | None:
    """The challenge that is shown until it is spent or its five minutes are over."""
    return _alive(pending.read(attempt, KIND.slug))


def _alive(entry: Entry) -> str | None:
    alive = "challenge" in entry and datetime.fromisoformat(entry["until"]) > timezone.now()
    return entry["challenge"] if alive else None


def begin(*, attempt: Attempt, place: str) -> None:
    """Make a challenge for this place; an older challenge is void.

    Refused: `limit`. Locked after ten in a quarter of an hour.
    """
    counting.hit_or_lock((PASSKEY_OPTIONS, str(attempt.pk)), reference=attempt.reference)
    live = attempt.verified_profile.authenticators.live().filter(kind=KIND.slug)
    known = [(one.external_id, one.details.get("transports", [])) for one in live]
    if len(known) >= KIND.most:
        raise Refused(Refusal.LIMIT)
    until = (timezone.now() + LIFE).isoformat()
    entry = {"place": place, "challenge": ceremony.new_challenge(), "until": until, "known": known}
    pending.change(attempt, KIND.slug, lambda _: entry)


def options(attempt: Attempt) -> str:
    """The creation options of the pending challenge, as JSON. The passkeys that the profile had are excluded."""
    profile = attempt.verified_profile
    entry = pending.read(attempt, KIND.slug)
    return ceremony.options(
        rp_id=settings.RP_ID,
        user_handle=bytes(profile.user_handle),
        account=profile.email or profile.user_id,
        challenge=entry["challenge"],
        place=entry["place"],
        known=entry.get("known", []),
    )


def finish(*, attempt: Attempt, credential: str) -> Authenticator:
    """Add the passkey that this response proves; the challenge is spent, whatever comes of the response.

    Refused: `challenge_expired`, `verification_failed`, `already_registered`, and those of `actions.add`. Then
    `unkept` of what is pending names the credential, for the browser to forget.
    """
    with pending.held(attempt, KIND.slug) as (fresh, entry):
        alive = _alive(entry)
        entry.pop("challenge", None)
        entry["unkept"] = response.credential_id(credential)
        if alive is None:
            raise Refused("challenge_expired")
        proved = _prove(attempt, credential, alive)
        return actions.add(
            attempt=attempt,
            fresh=fresh,
            kind=KIND,
            external_id=proved.credential_id,
            material={"public_key": proved.public_key, "sign_count": proved.sign_count, "rp_id": settings.RP_ID},
            details={
                "place": entry["place"],
                "landed": ceremony.landed(proved),
                "rp_id": settings.RP_ID,
                **proved.shown(),
            },
        )


def _prove(attempt: Attempt, credential: str, challenge: str) -> Registered:
    """What the response proves, where the credential is new here: one that was revoked counts as well (7.1)."""
    where = origins.ours()
    try:
        proved = ceremony.finish(credential=credential, challenge=challenge, rp_id=settings.RP_ID, origins=where)
    except Rejected as rejected:
        actions.rejected(attempt=attempt, kind=KIND, reason=rejected.reason)
        raise Refused("verification_failed") from rejected
    if _is_known(proved.credential_id):
        actions.rejected(attempt=attempt, kind=KIND, reason=Why.ALREADY_REGISTERED)
        raise Refused(Why.ALREADY_REGISTERED)
    return proved


def unkept(attempt: Attempt) -> str | None:
    """The id of a credential that was sent and not kept, blank where none can be read. None where it is on file."""
    found: str | None = pending.read(attempt, KIND.slug).get("unkept")
    return None if found and _is_known(found) else found


def _is_known(credential_id: str) -> bool:
    on_file = Authenticator.objects.filter(kind=KIND.slug, external_id=credential_id)
    return on_file.exists() or elsewhere.is_live(credential_id)


def failed(*, attempt: Attempt, error: str, elapsed: int | None) -> Why:
    """Record why the browser made no passkey, and return the reason to tell. The challenge stays for another try.

    `error` is a DOMException's name or our script's word; `elapsed` is in milliseconds.
    """
    reason = browser.why(error, elapsed)
    if reason == Why.BAD_OPTIONS:
        log.error("the browser found our passkey options bad", attempt_id=attempt.pk)
    actions.rejected(attempt=attempt, kind=KIND, reason=reason)
    return reason
