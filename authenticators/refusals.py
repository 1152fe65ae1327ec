"""What adding says no with, whatever the kind."""

from collections import Counter
from typing import Final

from django.utils import timezone

from authenticators.kind import Kind
from authenticators.models import Authenticator
from careid.errors import Reason
from enrolment.models import Attempt


class Refusal(Reason):
    """What `actions.add` says no with."""

    NOT_VERIFIED = "not_verified", "the time to add one was over"
    NOT_AVAILABLE = "not_available", "this kind is not available to them"
    LIMIT = "limit", "they have as many as a profile can have"
    TAKEN = "taken", "it is in use already"


SHARED: Final = frozenset(Refusal)  # whose page is the same for every kind


def in_the_way(fresh: Attempt, kind: Kind, live: Counter[str]) -> Refusal | None:
    """Why this attempt, whose row is locked, can add none of this kind, if so; `live` is what the profile has.

    Of two at once, the second finds the right to add spent.
    """
    if fresh.is_over or fresh.verified_at is None or fresh.authenticator_id or not _still_vouched(fresh):
        return Refusal.NOT_VERIFIED
    if not kind.is_offered(fresh.verified_profile):
        return Refusal.NOT_AVAILABLE
    if live[kind.slug] >= kind.most:
        return Refusal.LIMIT
    return None


def _still_vouched(fresh: Attempt) -> bool:
    """Whether what somebody signed in with, to add another, works now and has not been stopped since.

    Its row is locked: who stops it meanwhile waits, and finds what was added.
    """
    if fresh.vouched_by is None:
        return True
    rows = Authenticator.objects.select_for_update(no_key=True).usable(timezone.now())
    return rows.filter(pk=fresh.vouched_by, profile=fresh.profile, state_changed_at__lte=fresh.started_at).exists()
