"""Adding a code on paper: it is made once, and copied back from the paper."""

import secrets
from hashlib import sha256
from typing import Any
from uuid import uuid4

from authenticators.paper.kind import KIND
from authenticators.paper.words import Why
from django.db import transaction

from authenticators import actions
from authenticators.models import Authenticator
from careid.errors import Refused
from enrolment.models import Attempt


def pending(attempt: Attempt) -> dict[str, Any]:
    """What this attempt has done so far: `code`."""
    found: dict[str, Any] = (attempt.pending or {}).get(KIND.slug, {})
    return found


@transaction.atomic
def begin(*, attempt: Attempt) -> None:
    """Make the code, once."""
    fresh = attempt.held()
    entry = {"code": secrets.token_hex(8), **pending(fresh)}
    fresh.pending = {**(fresh.pending or {}), KIND.slug: entry}
    fresh.save(update_fields=["pending"])


def finish(*, attempt: Attempt, code: str) -> Authenticator:
    """Add it if this is its code. Refused: MISCOPIED, and those of `actions.add`."""
    shown = pending(attempt)["code"]
    if code != shown:
        actions.rejected(attempt=attempt, kind=KIND, reason=Why.MISCOPIED)
        raise Refused(Why.MISCOPIED)
    material = {"digest": sha256(shown.encode()).hexdigest()}
    return actions.add(attempt=attempt, kind=KIND, external_id=uuid4().hex, material=material)
