"""Adding another: a sign-in of a moment ago stands for the details and for the mailed code."""

from django.db import transaction

from account import proof
from careid.errors import Refused
from enrolment import vouching
from enrolment.models import Attempt
from sign_in import guard
from sign_in.models import Session


def begin(*, session: Session, replaces: Attempt | None) -> str:
    """Start an attempt of whoever signed in within five minutes. Returns the token for its cookie.

    `replaces` is what this browser had begun before. Refused: `not_fresh`.
    """
    with transaction.atomic():
        fresh = proof.held(session)
        if fresh and guard.is_fresh(fresh):
            return vouching.begin(
                profile=fresh.profile,
                session_id=fresh.pk,
                vouched_by=fresh.newest.authenticator_id,
                closes_at=fresh.deadline,
                replaces=replaces,
            )
    raise Refused("not_fresh")
