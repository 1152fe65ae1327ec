"""Adding an account, between leaving for NHS.net and coming back: one flow a `state`, each single use, 15 minutes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
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
from careid.limits import limits
from careid.storing import database
from enrolment.models import Attempt

LIFE: Final = timedelta(minutes=15)
FLOWS_MOST: Final = 5  # tabs
# What was wrong, as the person is told it. The trail has the reason itself; what isn't here is `verification_failed`.
TOLD: Final[dict[Reason, str]] = {
    Why.TENANT: "wrong_tenant",
    Why.ISSUER: "wrong_tenant",
    Why.GUEST: "guest",
    Why.MFA: "no_second_step",
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
    """The sign-in that the settings describe, with what this process remembers of it. Raises Unreachable."""
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


def pending(attempt: Attempt) -> dict[str, Any]:
    """What this attempt has done so far: `flows` by state, each with `flow` and `until`."""
    found: dict[str, Any] = (attempt.pending or {}).get(KIND.slug, {})
    return found


def begin(*, attempt: Attempt) -> str:
    """Start a sign-in that this browser may come back from, and return where to go for it.

    Refused: `limit`, `unreachable`. Locked after ten in a quarter of an hour.
    """
    limits.hit_or_lock((SIGN_IN_STARTS, str(attempt.pk)), reference=attempt.reference)
    if actions.live(attempt.verified_profile, KIND) >= KIND.most:
        raise refused(attempt, actions.Refusal.LIMIT)
    database.let_go()  # where NHS.net hangs, others need it
    try:
        flow = provider().begin()
    except Unreachable as unreachable:
        raise refused(attempt, unreachable.reason, "unreachable") from unreachable
    address: str = flow.pop("auth_uri")
    _keep(attempt, flow)
    return address


def _keep(attempt: Attempt, flow: dict[str, Any]) -> None:
    now = timezone.now()
    with transaction.atomic():
        fresh = Attempt.objects.select_for_update().get(pk=attempt.pk)
        if fresh.pending is None:  # something was added meanwhile
            return
        flows = pending(fresh).get("flows", {}) | {flow["state"]: {"flow": flow, "until": (now + LIFE).isoformat()}}
        newest = sorted(flows, key=lambda state: flows[state]["until"])[-FLOWS_MOST:]
        fresh.pending = {**fresh.pending, KIND.slug: {"flows": {state: flows[state] for state in newest}}}
        fresh.save(update_fields=["pending"])


def _take(attempt: Attempt, state: str) -> dict[str, Any] | None:
    """The flow of a state, which is spent with this: of two at once, one gets it."""
    with transaction.atomic():
        fresh = Attempt.objects.select_for_update().get(pk=attempt.pk)
        flows = pending(fresh).get("flows", {})
        entry: dict[str, Any] | None = flows.pop(state, None)
        if entry is not None:
            fresh.pending = {**fresh.pending, KIND.slug: {"flows": flows}}
            fresh.save(update_fields=["pending"])
    return entry


def finish(*, attempt: Attempt, answer: Mapping[str, str]) -> Authenticator:
    """Add the account that this answer of NHS.net proves; its flow is spent, whatever comes of it.

    Refused: `state_unknown`, `too_late`, `unreachable`, `already_yours`, `linked_elsewhere`, `not_in_beta`,
    `verification_failed`, the values of TOLD, and those of `actions.add`.
    """
    entry = _take(attempt, answer.get("state", ""))
    if entry is None:
        raise refused(attempt, Why.STATE_UNKNOWN)
    if datetime.fromisoformat(entry["until"]) <= timezone.now():
        raise refused(attempt, Why.TOO_LATE)
    database.let_go()  # where NHS.net hangs, others need it
    try:
        account = provider().finish(flow=entry["flow"], answer=answer)
    except Unreachable as unreachable:
        raise refused(attempt, unreachable.reason, "unreachable") from unreachable
    except Rejected as rejected:
        told = TOLD.get(rejected.reason, "verification_failed")
        raise refused(attempt, rejected.reason, told) from rejected
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
        raise Refused(Why.NOT_IN_BETA if outside else no.reason) from no  # `actions.add` has noted it


def _refuse_linked(attempt: Attempt, external_id: str) -> None:
    live = Authenticator.objects.filter(kind=KIND.slug, external_id=external_id).exclude(state=actions.REVOKED).first()
    if live:
        reason = Why.ALREADY_YOURS if live.profile_id == attempt.profile_id else Why.LINKED_ELSEWHERE
        raise refused(attempt, reason, authenticator_id=live.pk)  # for the Registration Authority to find whose


def refused(attempt: Attempt, reason: Reason, told: str = "", *, authenticator_id: UUID | None = None) -> Refused:
    """A refusal, recorded: the trail has the reason, the page what it comes to."""
    if reason in ALARMS:
        log.error("NHS.net Connect is not set up as it should be", reason=reason, attempt_id=attempt.pk)
    actions.rejected(attempt=attempt, kind=KIND, reason=reason, authenticator_id=authenticator_id)
    return Refused(told or reason)
