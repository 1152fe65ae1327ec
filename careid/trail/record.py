"""Writing the trail: `record()`, in the caller's transaction."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, TypedDict, Unpack
from uuid import UUID

from careid.people.models import Profile
from careid.trail import writing
from careid.trail.actors import PERSON
from careid.trail.models import Event
from careid.trail.names import CLOSED_WORD, DETAILS, OUTCOMES, EventName


@dataclass(frozen=True)
class Origin:
    """Where a request came from: its network (/24 or /48), browser family and id."""

    network: str = ""
    browser: str = ""
    request_id: str = ""


_NOWHERE: Final = Origin()
origin: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)  # set by the middleware for each request


class About(TypedDict, total=False):
    """What else an event may name, by its id alone."""

    attempt_id: UUID | None
    reference: str
    authenticator_id: UUID | None


def record(
    name: EventName,
    *,
    outcome: str = "ok",
    reason: str = "",
    actor: str = PERSON,
    profile: Profile | None = None,
    organisation: str = "",
    details: Mapping[str, Any] | None = None,
    **about: Unpack[About],
) -> Event:
    """Write one event in the caller's transaction, and return it. `actor` is one of `careid.trail.actors`.

    ValueError for a reason or an outcome that is no closed word, or details that the event's schema does not name.
    """
    _check(name, outcome, reason, details or {})
    event = Event(
        name=name,
        outcome=outcome,
        reason=reason,
        actor=actor,
        profile_id=profile.pk if profile else None,
        organisation=profile.organisation.code if profile else organisation,
        details=details or {},
        **about,
        **vars(origin.get()),
    )
    _write(event)
    return event


def _check(name: EventName, outcome: str, reason: str, details: Mapping[str, Any]) -> None:
    if not CLOSED_WORD.fullmatch(reason) or outcome not in OUTCOMES:
        raise ValueError(f"{name} has a reason or an outcome that is not a word of a closed list")
    if unknown := details.keys() - DETAILS.get(name, frozenset()):
        raise ValueError(f"{name} has no details {sorted(unknown)}")


_waiting: ContextVar["list[Event] | None"] = ContextVar("waiting", default=None)


def _write(event: Event) -> None:
    waiting = _waiting.get()
    if waiting is None:
        writing.insert([event])
    else:
        waiting.append(event)


def noted(note: str) -> dict[str, str]:
    """An admin's note, as an event's details hold it."""
    return {"note": note} if note else {}


@contextmanager
def together() -> Iterator[None]:
    """Write what is recorded in this block at its end, in that order and in one statement of the same transaction."""
    events: list[Event] = []
    before = _waiting.set(events)
    try:
        yield
    finally:
        _waiting.reset(before)
    writing.insert(events)


def record_at_each(name: EventName, *, organisations: Iterable[str], **event: Any) -> None:
    """`record` once for each of these organisations, so that the auditors of each read it; once without one of none."""
    with together():
        for code in list(organisations) or [""]:
            record(name, organisation=code, **event)


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


REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
