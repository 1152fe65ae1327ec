"""Adding an account, between leaving for NHS.net and coming back: one flow a `state`, each single use, 15 minutes.

Pending meanwhile: `flows` by state, each as `flows.begin` made it.
"""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Final, NoReturn
from uuid import UUID

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.nhsnet import flows
from authenticators.nhsnet.flows import Kept
from authenticators.nhsnet.kind import KIND
from authenticators.nhsnet.limits import SIGN_IN_STARTS
from authenticators.nhsnet.tokens import Account, Rejected
from authenticators.nhsnet.words import Why
from authenticators.refusals import Refusal
from careid.errors import Reason, Refused
from careid.fetching.fetcher import Unreachable
from careid.limits import counting
from enrolment import pending
from enrolment.models import Attempt
from enrolment.pending import Entry

# What was wrong, as the person is told it. The trail has the reason itself; what isn't here is `verification_failed`.
TOLD: Final[dict[Reason, str]] = {
    Why.TENANT: "wrong_tenant",
    Why.ISSUER: "wrong_tenant",
    Why.GUEST: "guest",
    Why.MFA: "no_second_step",
    Why.SECOND_STEP: "no_second_step",
    Why.CONDITIONAL_ACCESS: "conditional_access",
    Why.DEVICE_POLICY: "device_policy",
    Why.EARLIER: "earlier",
    Why.UNKNOWN: "unknown",
    Why.CANCELLED: "cancelled",
    Why.CARE_IDENTITY: "care_identity",
    Why.CONSENT: "consent",
    Why.CODE: "too_late",
    Why.TOO_LATE: "too_late",
    Why.EXPIRED: "clock",
    Why.NOT_YET: "clock",
    Why.ASSERTION_TIME: "clock",
    Why.CLIENT: "unreachable",
    Why.PROVIDER: "unreachable",
}


def begin(*, attempt: Attempt) -> str:
    """Start a sign-in that this browser may come back from, and return its address.

    Refused: `limit`, `unreachable`. Locked after ten in a quarter of an hour.
    """
    counting.hit_or_lock((SIGN_IN_STARTS, str(attempt.pk)), reference=attempt.reference)
    if attempt.verified_profile.authenticators.live().by_kind()[KIND.slug] >= KIND.most:
        _refuse(attempt, Refusal.LIMIT)
    try:
        address, state, kept = flows.begin()
    except Unreachable as unreachable:
        _refuse(attempt, unreachable.reason, "unreachable")
    pending.change(attempt, KIND.slug, partial(_with, state, kept))
    return address


def _with(state: str, kept: Kept, entry: Entry) -> Entry:
    before = entry.get("flows", {})
    return {"flows": _without(flows.oldest(before), before) | {state: kept}}


def _without(states: Collection[str], all_kept: dict[str, Kept]) -> dict[str, Kept]:
    return {state: kept for state, kept in all_kept.items() if state not in states}


def _take(attempt: Attempt, state: str) -> Kept | None:
    """The flow of this state, spent; None where there is none: then nothing is written, since any link leads here."""
    if state not in pending.read(attempt, KIND.slug).get("flows", {}):
        return None

    def spent(entry: Entry) -> Entry:
        return {"flows": _without([state], entry.get("flows", {}))}

    kept: Kept | None = pending.change(attempt, KIND.slug, spent).get("flows", {}).get(state)
    return kept


def finish(*, attempt: Attempt, answer: Mapping[str, str]) -> Authenticator:
    """Add the account that this answer of NHS.net proves; its flow is spent, whatever comes of the answer.

    Refused: `state_unknown`, `too_late`, `unreachable`, `already_yours`, `linked_elsewhere`, `not_in_beta`,
    `verification_failed`, the values of TOLD, and those of `actions.add`.
    """
    kept = _take(attempt, answer.get("state", ""))
    if kept is None:
        _refuse(attempt, Why.STATE_UNKNOWN)
    try:
        account = flows.account(kept, answer)
    except Unreachable as unreachable:
        _refuse(attempt, unreachable.reason, "unreachable")
    except Rejected as rejected:
        told = TOLD.get(rejected.reason, "verification_failed")
        _refuse(attempt, rejected.reason, told, error=rejected.number)
    return _add(attempt, account)


def _add(attempt: Attempt, account: Account) -> Authenticator:
    _refuse_linked(attempt, account.external_id)
    try:
        return actions.add(
            attempt=attempt,
            kind=KIND,
            external_id=account.external_id,
            material=account.material,
            details={"tenant": account.tenant_id},
        )
    except Refused as no:
        _refuse_linked(attempt, account.external_id)  # by another, in this very moment
        outside = no.reason == "not_available" and not attempt.verified_profile.organisation.nhsnet_beta
        raise Refused(Why.NOT_IN_BETA if outside else no.reason) from no  # `actions.add` has noted the reason


def _refuse_linked(attempt: Attempt, external_id: str) -> None:
    live = Authenticator.objects.live().filter(kind=KIND.slug, external_id=external_id).first()
    if live:
        reason = Why.ALREADY_YOURS if live.profile_id == attempt.profile_id else Why.LINKED_ELSEWHERE
        _refuse(attempt, reason, authenticator_id=live.pk)  # for the Registration Authority to find whose


def _refuse(
    attempt: Attempt, reason: Reason, told: str = "", *, authenticator_id: UUID | None = None, error: str = ""
) -> NoReturn:
    """Refuse, and note why: the trail gets the reason and the provider's number, the page `told`, or the reason too."""
    flows.alarm(reason, attempt_id=attempt.pk)
    actions.rejected(attempt=attempt, kind=KIND, reason=reason, authenticator_id=authenticator_id, error=error)
    raise Refused(told or reason)
