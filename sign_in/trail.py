"""The events of signing in that are a no: of a reason that the kind names, or that is everybody's."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from authenticators.kind import Kind
from authenticators.models import Authenticator
from careid.errors import Reason
from careid.people.models import Profile
from careid.trail.names import EventName
from careid.trail.record import record
from sign_in.models import Visit
from sign_in.words import Why


def note(
    *,
    kind: Kind,
    reason: Reason,
    profile: Profile | None = None,
    authenticator: Authenticator | None = None,
    error: str = "",
) -> None:
    """Note that somebody was not signed in, in the caller's transaction. `error` is a number that others gave.

    ValueError for a reason that is neither the kind's nor one of Why: the desk would have no words for it.
    """
    if not any(reason is one for one in (*kind.reasons, *Why)):
        raise ValueError(f"{kind.slug} does not name {reason!r} among its reasons")
    found: UUID | None = authenticator.pk if authenticator else None
    record(
        EventName.SIGN_IN_REFUSED,
        outcome="refused",
        reason=reason,
        profile=authenticator.profile if authenticator else profile,
        authenticator_id=found,
        details={"kind": kind.slug} | ({"error": error} if error else {}) | _asking.get(),
    )


def note_of_service(*, visit: Visit, profile: Profile | None) -> None:
    """Note that a service asks for what nobody can give, whatever the kind: the level, or a role of this person."""
    details = of_client(visit)
    record(EventName.SIGN_IN_REFUSED, outcome="refused", reason=visit.refused, profile=profile, details=details)


_asking: ContextVar[dict[str, str]] = ContextVar("asking", default={})  # noqa: B039  nobody writes into it


@contextmanager
def asked_by(visit: Visit) -> Iterator[None]:
    """Let what is noted in this block say which service's client asks, where one does."""
    before = _asking.set(of_client(visit))
    try:
        yield
    finally:
        _asking.reset(before)


def of_client(visit: Visit) -> dict[str, str]:
    """Which service's client asks, as an event's details hold it."""
    return {"client": visit.client} if visit.client else {}
