"""Attempts of people whose mailbox and details were proved elsewhere: who was invited to apply, and is on file."""

from uuid import UUID

from django.utils import timezone

from careid.limits import own
from careid.people.models import Profile
from careid.storing import crypto
from enrolment import attempts
from enrolment.models import Attempt


def begin(*, invited: UUID, reference: str, profile: Profile, address: str, nino: str, replaces: Attempt | None) -> str:
    """Start a verified attempt in the caller's transaction, which holds the profile. Returns the token for its cookie.

    `invited` is the invitation's key, and the attempt's too: each leads to one attempt. Address and number are the
    profile's own, in the form of `careid.people.typed`. `replaces` is what this browser had begun before.
    """
    if replaces:
        attempts.end(attempt=replaces, reason="replaced")
    held, newest = profile.nino_fingerprint or "", crypto.fingerprint(nino)
    attempt = Attempt(
        pk=invited,
        reference=reference,
        profile=profile,
        typed_email=address,
        pair=own.pair(address, held),
        nino_fingerprint=newest,
        matched_fingerprint=held,
        verified_at=timezone.now(),
    )
    profile.rekey(held, newest)
    return attempts.start(attempt, reason="invited")


def second_press(invited: UUID) -> str | None:
    """The token that `begin` gave for this invitation a moment ago; None where it did not, or more has happened."""
    return attempts.given_just_now(pk=invited)
