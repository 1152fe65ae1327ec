"""What is told of every change of an authenticator: one event, and one mail where a person must hear of it."""

from typing import Any

from authenticators.models import Authenticator
from careid.people.models import Service
from careid.post import not_me, outbox
from careid.trail.names import EventName
from careid.trail.record import origin, record
from enrolment.models import Attempt


def tell(
    event: EventName,
    authenticator: Authenticator,
    *,
    by: str,
    attempt: Attempt | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """In the caller's transaction. `details` are those of the event beside its kind."""
    reference = attempt.reference if attempt else ""
    record(
        event,
        actor=by,
        reason=reason,
        profile=authenticator.profile,
        attempt_id=attempt.pk if attempt else None,
        reference=reference,
        authenticator_id=authenticator.pk,
        details={"kind": authenticator.kind, **(details or {})},
    )
    if event == EventName.AUTHENTICATOR_NAMED:
        return
    outbox.to_everyone(
        event.value.replace(".", "_"),
        profile=authenticator.profile,
        context={
            "authenticator": authenticator,
            "profile": authenticator.profile,
            "browser": origin.get().browser,
            "why": reason,
            "not_me": not_me.link(authenticator.profile, authenticator_id=authenticator.pk),
            "hold": "hours_on_hold" in (details or {}),
            "services": Service.shown() if event == EventName.AUTHENTICATOR_ADDED else (),
        },
        reference=reference,
    )
