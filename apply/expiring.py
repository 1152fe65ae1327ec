"""Invitations run out: what their link led on to is over, and whoever invited sees that."""

from collections.abc import Collection
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from apply.models import Invitation
from careid.trail.actors import SYSTEM
from careid.trail.names import EventName
from careid.trail.record import record, together

AT_ONCE: Final = 1_000  # invitations a transaction
OVER: Final[dict[str, Any]] = {"browser_hash": None, "code_digest": None}  # what an end without details takes away


def due() -> "QuerySet[Invitation]":
    """Those that live by their state and no longer by their time."""
    return Invitation.objects.filter(state__in=Invitation.LIVE, expires_at__lte=timezone.now())


def expire() -> int:
    """End all that are due, some at a time. Returns how many there were."""
    count = 0
    while some := _expire(due()):
        count += some
    return count


def make_room(*, emails: Collection[str], organisations: Collection[int]) -> None:
    """End what ran out of these addresses in these organisations, in the caller's transaction: to invite again."""
    theirs = due().annotate(address=Lower("email")).filter(address__in=emails, organisation__in=organisations)
    while _expire(theirs):
        pass


@transaction.atomic
def _expire(rows: "QuerySet[Invitation]") -> int:
    lapsed = rows.select_for_update(of=("self",), no_key=True).select_related("organisation").order_by("pk")
    these = list(lapsed[:AT_ONCE])
    ended = {"state": Invitation.State.EXPIRED, "ended_at": timezone.now(), **OVER}
    Invitation.objects.filter(pk__in=[one.pk for one in these]).update(**ended)
    with together():
        for one in these:
            record(EventName.INVITATION_EXPIRED, actor=SYSTEM, **one.in_trail)
    return len(these)
