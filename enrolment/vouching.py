"""Attempts of people who are signed in: a sign-in of a moment ago stands for their details and for a mailed code."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from careid.limits import own
from careid.people.models import Profile
from careid.storing import crypto
from enrolment import attempts
from enrolment.models import Attempt


def begin(
    *, profile: Profile, session_id: UUID, vouched_by: UUID, closes_at: datetime, replaces: Attempt | None
) -> str:
    """Start a verified attempt in the caller's transaction, which holds the profile. Returns the token for its cookie.

    `vouched_by` is the authenticator that they signed in with, and `closes_at` when their session ends: the attempt
    has no later deadline. A second press gets the first one's token; an earlier attempt of this session ends.
    """
    if token := attempts.given_just_now(session_id=session_id):
        return token
    if replaces:
        attempts.end(attempt=replaces, reason="replaced")
    attempts.end_everyones(profiles=[profile], session_ids=[session_id], reason="replaced")
    # Limits and passwords compare with what is on file; where nothing is, with what names nobody else.
    number = profile.nino_fingerprint or crypto.fingerprint(profile.user_id)
    attempt = Attempt(
        profile=profile,
        typed_email="",  # no code goes to it: what comes next takes another sign-in
        pair=own.pair((profile.email or "").lower(), number),
        nino_fingerprint=number,
        matched_fingerprint=profile.nino_fingerprint,
        verified_at=timezone.now(),
        session_id=session_id,
        vouched_by=vouched_by,
        closes_at=closes_at,
    )
    return attempts.start(attempt, reason="signed_in")


def end(*, profile: Profile, session_ids: Collection[UUID]) -> None:
    """Forget the open attempts of these sessions of a person, in the caller's transaction: whatever ends a session."""
    attempts.end_everyones(profiles=[profile], session_ids=session_ids, reason="signed_out")
