"""Whether the sign-in would work, found out by asking: what `manage.py nhsnet_check` prints, and the doctor's line."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import msal
import requests
from django.conf import settings

from authenticators.nhsnet import checks, flows
from authenticators.nhsnet.oidc import Provider
from authenticators.nhsnet.tokens import LEEWAY
from careid.fetching import fetcher
from careid.fetching.fetcher import Answer, Unreachable
from careid.finding import Amiss, Check, Finding

SOON: Final = 30  # days
REFUSES: Final = {"invalid_client", "unauthorized_client"}


def findings() -> Iterator[Finding]:
    """One finding after the other; the later ones ask only where the earlier ones let them."""
    if not settings.NHSNET_CLIENT_ID:
        yield Finding("Settings", "NHS.net Connect is not set up, and not offered", None)
        return
    problems = checks.half_set()
    yield Finding("Settings", " ".join(one.msg for one in problems) or "all there", not problems)
    if problems:
        return
    try:
        with fetcher.within(3 * fetcher.IN_ALL):
            yield from _asked(flows.provider())
    except Unreachable as unreachable:
        yield Finding("NHS.net Connect", f"no answer to use ({unreachable.reason})", state=False)


def works() -> str:
    if not settings.NHSNET_CLIENT_ID:
        return "not set up, and not offered"
    if wrong := [f"{one.what}: {one.words}" for one in findings() if one.state is False]:
        raise Amiss("; ".join(wrong), do="manage.py nhsnet_check says all that it asked")
    return "answers; manage.py nhsnet_check says more"


CHECKS: Final = (Check("NHS.net Connect", works, seconds=45),)


def _asked(provider: Provider) -> Iterator[Finding]:
    document, app = provider.discovered()
    yield Finding("Discovery", f"issuer {provider.tenant.issuer}")
    yield Finding("Keys", f"{len(provider.fetch_keys(document))} that sign")
    yield _redirect_address(provider)
    yield from _credential(app)
    yield _clock(provider.client.look(provider.tenant.discovery))


def _redirect_address(provider: Provider) -> Finding:
    """Asks for a sign-in without a person: where the address is known, the answer is sent to it."""
    ours = provider.tenant.redirect_uri
    answer = provider.client.look(provider.begin(prompt="none")["auth_uri"])
    if answer.headers.get("Location", "").startswith(f"{ours}?"):
        return Finding("Redirect address", f"{ours} is registered")
    if "AADSTS50011" in answer.text:
        return Finding("Redirect address", f"{ours} is not registered: add it, exactly so", state=False)
    return Finding("Redirect address", f"{ours}: see in the portal that it is registered, exactly so", None)


def _credential(app: msal.ConfidentialClientApplication) -> Iterator[Finding]:
    result: dict[str, Any] = app.acquire_token_for_client([f"{settings.NHSNET_CLIENT_ID}/.default"])
    refused = result.get("error") in REFUSES
    words = "refused: make a new one in the portal, and restart" if refused else "accepted"
    if not settings.NHSNET_CLIENT_CERTIFICATE_FILE:
        yield Finding("Secret", words if refused else f"{words}; the portal alone says when it ends", not refused)
        return
    yield Finding("Certificate", words, not refused)
    ends = checks.certificate_ends()
    left = (ends - datetime.now(UTC)).days
    yield Finding("Certificate", f"ends on {ends:%d.%m.%Y}, in {left} days", left > SOON)


def _clock(answer: Answer) -> Finding:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except (ValueError, TypeError):
        return Finding("Clock", "theirs is not told", None)
    off = round(time.time() - theirs)
    if answer.status_code != requests.codes.ok:
        return Finding("Clock", "theirs is not told", None)
    return Finding("Clock", f"{abs(off)} seconds {'ahead of' if off > 0 else 'behind'} theirs", abs(off) < LEEWAY / 2)
