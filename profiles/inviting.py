"""Inviting somebody to add an authenticator."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from careid.people.models import Profile
from careid.post import outbox
from careid.trail.names import EventName
from careid.trail.record import record

AGAIN_AFTER: Final = timedelta(days=1)


@transaction.atomic
def invite(*, profile: Profile, by: str) -> bool:
    """Mail somebody where to add an authenticator and what to have ready. Returns whether there was somebody to mail.

    Once a day at most: a list that is invited twice goes out once.
    """
    now, fresh = timezone.now(), Profile.locked(profile.pk)
    lately = fresh.invited_at is not None and fresh.invited_at > now - AGAIN_AFTER
    if lately or not (fresh.is_open and fresh.email and fresh.organisation.takes_part):
        return False
    Profile.objects.filter(pk=fresh.pk).update(invited_at=now)
    record(EventName.PROFILE_INVITED, actor=by, profile=profile)
    outbox.send("invitation", profile=profile, context={"profile": profile, "start": f"{settings.ORIGIN}/"})
    return True
