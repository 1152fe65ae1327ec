"""Adding an account, between leaving for NHS.net and coming back: one flow a `state`, each single use, 15 minutes.

Pending meanwhile: `flows` by state, each with `flow` and `until`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Final, NoReturn
from uuid import UUID

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.nhsnet.checks import credential
from authenticators.nhsnet.kind import KIND
from authenticators.nhsnet.limits import SIGN_IN_STARTS
from authenticators.nhsnet.oidc import Provider, Tenant
from authenticators.nhsnet.tokens import Account, Rejected
from authenticators.nhsnet.words import Why
from careid.errors import Reason, Refused
from careid.fetching.fetcher import Unreachable
from careid.limits import counting
from careid.storing import database
from enrolment import pending
from enrolment.models import Attempt
from enrolment.pending import Entry

LIFE: Final = timedelta(minutes=15)
FLOWS_MOST: Final = 5  # tabs
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
    Why.EXPIRED: "clock",
    Why.NOT_YET: "clock",
    Why.ASSERTION_TIME: "clock",
    Why.CLIENT: "unreachable",
    Why.PROVIDER: "unreachable",
}
# Not the person's doing: somebody has to look.
ALARMS: Final[set[Reason]] = {
    *(Why.EXPIRED, Why.NOT_YET, Why.ASSERTION_TIME, Why.CLIENT, Why.CREDENTIAL),
    *(Why.ALGORITHM, Why.KEY, Why.SIGNATURE, Why.MIX_UP),
}
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def provider() -> Provider:
    """The sign-in that the settings describe, with its addresses and keys as this process remembers them.

    Raises Unreachable where the certificate's file can not be read.
    """
    try:
        secret = credential()
    except (OSError, ValueError) as error:  # the certificate's file went away since the start
        raise Unreachable(Why.CREDENTIAL) from error
    tenant = Tenant(
        authority=settings.NHSNET_AUTHORITY,
        tenant_id=settings.NHSNET_TENANT_ID.lower(),
        client_id=settings.NHSNET_CLIENT_ID,
        credential=secret,
        redirect_uri=settings.ORIGIN + reverse("nhsnet:callback"),
        sign_in_origin=settings.NHSNET_SIGN_IN_ORIGIN,
        require_mfa=settings.NHSNET_REQUIRE_MFA,
    )
    return _provider(tenant, settings.NHSNET_HTTP, settings.NHSNET_AT_ONCE)


@lru_cache(maxsize=4)
def _provider(tenant: Tenant, http: str, at_once: int) -> Provider:
    return Provider(tenant, session=import_string(http), at_once=at_once)


def begin(*, attempt: Attempt) -> str:
    """Start a sign-in that this browser may come back from, and return its address.

    Refused: `limit`, `unreachable`. Locked after ten in a quarter of an hour.
    """
    counting.hit_or_lock((SIGN_IN_STARTS, str(attempt.pk)), reference=attempt.reference)
    if attempt.verified_profile.authenticators.live().by_kind()[KIND.slug] >= KIND.most:
        _refuse(attempt, actions.Refusal.LIMIT)
    database.let_go()  # where NHS.net hangs, others need the connection
    try:
        flow = provider().begin()
    except Unreachable as unreachable:
        _refuse(attempt, unreachable.reason, "unreachable")
    address: str = flow.pop("auth_uri")
    pending.change(attempt, KIND.slug, partial(_with, flow))
    return address


def _with(flow: dict[str, Any], entry: Entry) -> Entry:
    until = (timezone.now() + LIFE).isoformat()
    flows = entry.get("flows", {}) | {flow["state"]: {"flow": flow, "until": until}}
    newest = sorted(flows, key=lambda state: flows[state]["until"])[-FLOWS_MOST:]
    return {"flows": {state: flows[state] for state in newest}}


def _without(state: str, entry: Entry) -> Entry:
    return {"flows": {one: flow for one, flow in entry.get("flows", {}).items() if one != state}}


def _take(attempt: Attempt, state: str) -> Entry | None:
    """The flow of this state, spent; None where there is none: then nothing is written, since any link leads here."""
    if state not in pending.read(attempt, KIND.slug).get("flows", {}):
        return None
    entry: Entry | None = pending.change(attempt, KIND.slug, partial(_without, state)).get("flows", {}).get(state)
    return entry


def finish(*, attempt: Attempt, answer: Mapping[str, str]) -> Authenticator:
    """Add the account that this answer of NHS.net proves; its flow is spent, whatever comes of the answer.

    Refused: `state_unknown`, `too_late`, `unreachable`, `already_yours`, `linked_elsewhere`, `not_in_beta`,
    `verification_failed`, the values of TOLD, and those of `actions.add`.
    """
    entry = _take(attempt, answer.get("state", ""))
    if entry is None:
        _refuse(attempt, Why.STATE_UNKNOWN)
    if datetime.fromisoformat(entry["until"]) <= timezone.now():
        _refuse(attempt, Why.TOO_LATE)
    database.let_go()  # where NHS.net hangs, others need the connection
    try:
        account = provider().finish(flow=entry["flow"], answer=answer)
    except Unreachable as unreachable:
        _refuse(attempt, unreachable.reason, "unreachable")
    except Rejected as rejected:
        told = TOLD.get(rejected.reason, "verification_failed")
        _refuse(attempt, rejected.reason, told, error=rejected.number)
    return _add(attempt, account)


def _add(attempt: Attempt, account: Account) -> Authenticator:
    external_id = f"{account.tenant_id}:{account.object_id}"
    _refuse_linked(attempt, external_id)
    try:
        return actions.add(
            attempt=attempt,
            kind=KIND,
            external_id=external_id,
            material={"issuer": account.issuer, "subject": account.subject, "address": account.address},
            details={"tenant": account.tenant_id},
        )
    except Refused as no:
        _refuse_linked(attempt, external_id)  # by another, in this very moment
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
    if reason in ALARMS:
        log.error("NHS.net Connect is not set up as it should be", reason=reason, attempt_id=attempt.pk)
    actions.rejected(attempt=attempt, kind=KIND, reason=reason, authenticator_id=authenticator_id, error=error)
    raise Refused(told or reason)
