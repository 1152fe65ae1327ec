"""What is told of every change of an authenticator: one event, and one mail where a person must hear of it."""

from typing import Any

from authenticators.models import Authenticator
from careid.people.services import Service
from careid.post import outbox
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
    """Record a change, and mail it, in the caller's transaction. `details` are those of the event beside its kind."""
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
    if event != EventName.AUTHENTICATOR_NAMED:
        _mail(event, authenticator, reference=reference, why=reason, hold="hours_on_hold" in (details or {}))


def _mail(event: EventName, authenticator: Authenticator, *, reference: str, why: str, hold: bool) -> None:
    context = {
        "authenticator": authenticator,
        "profile": authenticator.profile,
        "browser": origin.get().browser,
        "why": why,
        "hold": hold,
        "services": Service.shown() if event == EventName.AUTHENTICATOR_ADDED else (),
    }
    template = event.value.replace(".", "_")
    profile, pk = authenticator.profile, authenticator.pk
    outbox.to_everyone(template, profile=profile, context=context, reference=reference, authenticator_id=pk)
