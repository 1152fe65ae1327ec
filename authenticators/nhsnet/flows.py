"""The way out to NHS.net and back, for adding an account and for signing in: one flow a `state`, for 15 minutes."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from authenticators.nhsnet.checks import credential
from authenticators.nhsnet.oidc import Provider, Tenant
from authenticators.nhsnet.tokens import Account, Rejected
from authenticators.nhsnet.words import Why
from careid.errors import Reason
from careid.fetching.fetcher import Unreachable
from careid.storing import database

LIFE: Final = timedelta(minutes=15)
MOST: Final = 5  # tabs
SIGNING_IN: Final = "in."  # how the state of a sign-in begins: it chooses the words for whoever has no such flow
# Not the person's doing: somebody has to look.
ALARMS: Final[set[Reason]] = {
    *(Why.EXPIRED, Why.NOT_YET, Why.ASSERTION_TIME, Why.CLIENT, Why.CREDENTIAL),
    *(Why.ALGORITHM, Why.KEY, Why.SIGNATURE, Why.MIX_UP),
}
Kept = dict[str, Any]  # `flow`, as msal made it, and `until`
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


def begin(*, purpose: str = "", **asked: Any) -> tuple[str, str, Kept]:
    """Where to send the person, the `state` that comes back, and what to keep under it until then.

    `asked` is as `Provider.begin` takes it. Raises Unreachable.
    """
    database.let_go()  # where NHS.net hangs, others need the connection
    flow = provider().begin(state=purpose + secrets.token_urlsafe(), **asked)
    return flow.pop("auth_uri"), flow["state"], {"flow": flow, "until": (timezone.now() + LIFE).isoformat()}


def oldest(flows: Mapping[str, Kept]) -> list[str]:
    """Which of these have to go, so that there is room for one more."""
    return sorted(flows, key=lambda state: str(flows[state]["until"]))[: max(0, len(flows) - MOST + 1)]


def account(kept: Kept, answer: Mapping[str, str]) -> Account:
    """Whose account came back, for a flow that its owner has spent already. Raises Rejected and Unreachable."""
    if datetime.fromisoformat(kept["until"]) <= timezone.now():
        raise Rejected(Why.TOO_LATE)
    database.let_go()  # where NHS.net hangs, others need the connection
    return provider().finish(flow=kept["flow"], answer=answer)


def alarm(reason: Reason, *, attempt_id: UUID | None = None, visit_id: UUID | None = None) -> None:
    """Tell the operator where it is theirs to mend, and in which try it was met."""
    if reason in ALARMS:
        log.error(
            "NHS.net Connect is not set up as it should be",
            reason=reason,
            attempt_id=attempt_id,
            visit_id=visit_id,
        )
