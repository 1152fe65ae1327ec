"""The trail: every event's name, what its details may hold, and `record()`."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import models

if TYPE_CHECKING:
    from uuid import UUID

    from careid.models import Event, Profile


class EventName(models.TextChoices):
    ATTEMPT_STARTED = "attempt.started"
    ATTEMPT_ENDED = "attempt.ended"
    IDENTITY_MATCHED = "identity.matched"
    IDENTITY_NOT_MATCHED = "identity.not_matched"
    EMAIL_CODE_SENT = "email_code.sent"
    EMAIL_CODE_ACCEPTED = "email_code.accepted"
    EMAIL_CODE_REJECTED = "email_code.rejected"
    LIMIT_REACHED = "limit.reached"
    LIMIT_LIFTED = "limit.lifted"
    CEREMONY_REJECTED = "ceremony.rejected"
    ASSISTED_STARTED = "assisted.started"
    ASSISTED_OPENED = "assisted.opened"
    ASSISTED_PROVED = "assisted.proved"
    ASSISTED_REJECTED = "assisted.rejected"
    ASSISTED_CANCELLED = "assisted.cancelled"
    NOT_ME_REPORTED = "not_me.reported"
    NOT_ME_CLOSED = "not_me.closed"
    AUTHENTICATOR_ADDED = "authenticator.added"
    AUTHENTICATOR_NAMED = "authenticator.named"
    AUTHENTICATOR_SUSPENDED = "authenticator.suspended"
    AUTHENTICATOR_REINSTATED = "authenticator.reinstated"
    AUTHENTICATOR_REVOKED = "authenticator.revoked"
    AUTHENTICATOR_HOLD_LIFTED = "authenticator.hold_lifted"
    PROFILE_IMPORTED = "profile.imported"
    PROFILE_EMAIL_CHANGED = "profile.email_changed"
    PROFILE_NINO_CHANGED = "profile.nino_changed"
    PROFILE_CLOSED = "profile.closed"
    PROFILE_REOPENED = "profile.reopened"
    PROFILE_INVITED = "profile.invited"
    PROFILES_EXPORTED = "profile.exported"
    PROFILE_NINO_CHECKED = "profile.nino_checked"
    ORGANISATION_CHANGED = "organisation.changed"
    SERVICE_CHANGED = "service.changed"
    MAIL_FAILED = "mail.failed"
    COMMAND_RUN = "command.run"
    ADMIN_INVITED = "admin.invited"
    ADMIN_FACTOR_ADDED = "admin.factor_added"
    ADMIN_FACTOR_REMOVED = "admin.factor_removed"
    ADMIN_SIGNED_IN = "admin.signed_in"
    ADMIN_SIGN_IN_REFUSED = "admin.sign_in_refused"
    ADMIN_LOCKED = "admin.locked"
    ADMIN_PASSWORD_CHANGED = "admin.password_changed"  # noqa: S105  an event's name
    ADMIN_CHANGED = "admin.changed"
    GROUP_CHANGED = "group.changed"


# The only keys that an event's details may have: counts, closed words and slugs, never what a person typed.
DETAILS: Final[dict[EventName, frozenset[str]]] = {
    EventName.EMAIL_CODE_SENT: frozenset({"number"}),
    EventName.LIMIT_REACHED: frozenset({"limit", "mode"}),
    EventName.LIMIT_LIFTED: frozenset({"counts", "note"}),
    EventName.CEREMONY_REJECTED: frozenset({"kind"}),
    EventName.AUTHENTICATOR_ADDED: frozenset({"kind", "hours_on_hold"}),
    EventName.AUTHENTICATOR_NAMED: frozenset({"kind"}),
    EventName.AUTHENTICATOR_SUSPENDED: frozenset({"kind", "note"}),
    EventName.AUTHENTICATOR_REINSTATED: frozenset({"kind", "note"}),
    EventName.AUTHENTICATOR_REVOKED: frozenset({"kind", "note"}),
    EventName.AUTHENTICATOR_HOLD_LIFTED: frozenset({"kind", "note"}),
    EventName.PROFILE_IMPORTED: frozenset({"changed"}),
    EventName.PROFILE_EMAIL_CHANGED: frozenset({"note"}),
    EventName.PROFILE_NINO_CHANGED: frozenset({"note"}),
    EventName.PROFILE_CLOSED: frozenset({"note", "revoked"}),
    EventName.PROFILE_REOPENED: frozenset({"note"}),
    EventName.ASSISTED_STARTED: frozenset({"note", "checked", "checked_by"}),
    EventName.ASSISTED_CANCELLED: frozenset({"note"}),
    EventName.NOT_ME_REPORTED: frozenset({"kind"}),
    EventName.NOT_ME_CLOSED: frozenset({"note"}),
    EventName.ORGANISATION_CHANGED: frozenset({"changed"}),
    EventName.SERVICE_CHANGED: frozenset({"changed"}),
    EventName.MAIL_FAILED: frozenset({"template", "answer"}),
    EventName.COMMAND_RUN: frozenset({"command", "rows", "failed", "dry_run"}),
    # `admin` and `group` are keys of rows, `groups` a list of them, `organisations` ODS codes; `factor` is a slug.
    EventName.ADMIN_INVITED: frozenset({"admin", "groups", "organisations", "superuser", "factors_removed"}),
    EventName.ADMIN_FACTOR_ADDED: frozenset({"admin", "factor", "by"}),
    EventName.ADMIN_FACTOR_REMOVED: frozenset({"admin", "factor"}),
    EventName.ADMIN_SIGNED_IN: frozenset({"admin", "factor"}),
    EventName.ADMIN_SIGN_IN_REFUSED: frozenset({"admin"}),
    EventName.ADMIN_LOCKED: frozenset({"admin"}),
    EventName.ADMIN_PASSWORD_CHANGED: frozenset({"admin"}),
    EventName.ADMIN_CHANGED: frozenset({"admin", "changed"}),
    EventName.GROUP_CHANGED: frozenset({"group", "changed"}),
}


@dataclass(frozen=True)
class Origin:
    """Where a request came from: its network (/24 or /48), browser family and id."""

    network: str = ""
    browser: str = ""
    request_id: str = ""


PERSON: Final = "person"
SYSTEM: Final = "system"
origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039  it is frozen; set by the middleware for each request


def record(
    name: EventName,
    *,
    outcome: str = "ok",
    reason: str = "",
    actor: str = PERSON,
    profile: "Profile | None" = None,
    organisation: str = "",
    attempt_id: "UUID | None" = None,
    reference: str = "",
    authenticator_id: "UUID | None" = None,
    details: Mapping[str, Any] | None = None,
) -> "Event":
    """Write one event in the caller's transaction. `actor` is `person`, `system`, `admin:<pk>` or `command:<name>`.

    ValueError for a reason that is no closed word, or details that the event's schema does not name.
    """
    from careid.models import Event  # noqa: PLC0415  Event's choices are this module's names

    if not CLOSED_WORD.fullmatch(reason) or outcome not in OUTCOMES:
        raise ValueError(f"{name} has a reason or an outcome that is not a word of a closed list")
    if unknown := (details or {}).keys() - DETAILS.get(name, frozenset()):
        raise ValueError(f"{name} has no details {sorted(unknown)}")
    here = origin.get()
    event = Event(
        name=name,
        outcome=outcome,
        reason=reason,
        actor=actor,
        profile_id=profile.pk if profile else None,
        organisation=profile.organisation.code if profile else organisation,
        attempt_id=attempt_id,
        reference=reference,
        authenticator_id=authenticator_id,
        network=here.network,
        browser=here.browser,
        request_id=here.request_id,
        details=details or {},
    )
    waiting = _waiting.get()
    if waiting is None:
        event.save(force_insert=True)
    else:
        waiting.append(event)
    return event


_waiting: ContextVar["list[Event] | None"] = ContextVar("waiting", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Write what is recorded in this block at its end, in that order and in one statement of the same transaction."""
    from careid.models import Event  # noqa: PLC0415  likewise

    events: list[Event] = []
    before = _waiting.set(events)
    try:
        yield
    finally:
        _waiting.reset(before)
    Event.objects.bulk_create(events)


# What a header holds, and what it means: the first that stands in it.
_BROWSERS: Final = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS: Final = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def browser_family(user_agent: str) -> str:
    """`Chrome on Windows` and the like, from closed lists: never a word of the header itself."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), "a browser")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


CLOSED_WORD: Final = re.compile(r"[a-z0-9_]{0,40}")
OUTCOMES: Final = frozenset({"ok", "refused", "withheld", "failed", "none"})
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
