"""What is past its time: words of what was decided, then all of what has ended. What nobody decides stays."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from apply.models import Application, Invitation
from careid.storing import purging

AT_ONCE: Final = purging.AT_ONCE


def wipe(now: datetime) -> int:
    """Take birth dates and notes away, so long after the decision; the note of an invitation after its end.

    Returns how many applications that were.
    """
    before, count = now - settings.KEEP_APPLICATION_WORDS, 0
    while some := _wipe_some(before, now):
        count += some
    noted = Invitation.objects.filter(ended_at__lt=before, note__isnull=False)
    while keys := list(noted.values_list("pk", flat=True)[:AT_ONCE]):
        Invitation.objects.filter(pk__in=keys).update(note=None)
    return count


@transaction.atomic
def _wipe_some(before: datetime, now: datetime) -> int:
    decided = Application.objects.filter(decided_at__lt=before, wiped_at=None)
    keys = list(decided.values_list("pk", flat=True)[:AT_ONCE])
    Invitation.objects.filter(application__in=keys).update(note=None)
    Application.objects.filter(pk__in=keys).update(date_of_birth=None, note=None, wiped_at=now)
    return len(keys)


def purge(now: datetime) -> None:
    """Delete invitations, each with what was applied for by it, so long after their end."""
    purging.purge(Invitation.objects.filter(ended_at__lt=now - settings.KEEP_APPLYING))
