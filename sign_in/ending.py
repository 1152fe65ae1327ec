"""Signing somebody out everywhere, as the Registration Authority does."""

from django.db import transaction

from careid.people.models import Profile
from careid.post import outbox
from sign_in import sessions
from sign_in.models import KnownBrowser


@transaction.atomic
def everywhere(*, profile: Profile, by: str, reason: str, note: str = "") -> int:
    """End every session of a person, forget their browsers, and tell them. Returns how many sessions there were.

    `by` is who does it (`careid.trail.actors`), `reason` one of `profiles.reasons.SIGN_OUT`, `note` a line of theirs.
    """
    fresh = Profile.locked(profile.pk)  # of two at once, the second finds none
    ended = sessions.end_all(profile=fresh, by=by, reason=reason, note=note)
    KnownBrowser.objects.filter(profile=fresh).delete()  # one may be another's: the next sign-in in each is told of
    if ended:
        outbox.to_everyone("signed_out", profile=fresh, context={"profile": fresh})
    return ended
