"""Adding a code on paper: it is made once, and copied back from the paper."""

import secrets

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.paper import proving
from authenticators.paper.kind import KIND
from authenticators.paper.words import Why
from careid.errors import Refused
from enrolment import pending
from enrolment.models import Attempt


def begin(*, attempt: Attempt) -> None:
    """Make the code, once. Pending from then on: `code`."""
    pending.change(attempt, KIND.slug, lambda entry: {"code": secrets.token_hex(8), **entry})


def finish(*, attempt: Attempt, code: str) -> Authenticator:
    """Add it if this is its code. Refused: MISCOPIED, and those of `actions.add`."""
    shown = pending.read(attempt, KIND.slug)["code"]
    if code != shown:
        actions.rejected(attempt=attempt, kind=KIND, reason=Why.MISCOPIED)
        raise Refused(Why.MISCOPIED)
    return actions.add(attempt=attempt, kind=KIND, external_id=proving.digest(shown), material={})
