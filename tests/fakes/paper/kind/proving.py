"""Signing in with a code on paper: whose it is, by its digest."""

from hashlib import sha256

from authenticators.models import Authenticator
from authenticators.paper.kind import KIND
from authenticators.paper.words import Why
from careid.errors import Refused
from sign_in import trail


def digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def prove(*, code: str) -> Authenticator:
    """The authenticator of the paper that this code stands on. Refused: NO_SUCH_PAPER."""
    rows = Authenticator.objects.proving().select_related("profile__organisation").filter(kind=KIND.slug)
    one = rows.filter(external_id=digest(code)).first()
    if one is None:
        trail.note(kind=KIND, reason=Why.NO_SUCH_PAPER)
        raise Refused(Why.NO_SUCH_PAPER)
    return one
