"""Taking away what one signs in with: proved afresh, by another one where there is another."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from account import mine, proof
from authenticators import actions
from authenticators.models import Authenticator
from careid.errors import Refused
from careid.trail.actors import PERSON
from sign_in import guard
from sign_in.models import Session
from sign_in.words import Ended

REMOVED: Final = "removed"
SHOWN: Final = timedelta(minutes=10)  # how long the page says so


@dataclass(frozen=True)
class Asked:
    """What stands before a removal of `one`: `others` would do to sign in with afresh; where there are none, itself."""

    one: Authenticator
    others: list[Authenticator]
    is_fresh: bool

    @property
    def kinds(self) -> list[str]:
        """What to sign in with afresh."""
        return sorted({each.kind for each in self.others or [self.one]})


def asked(session: Session, one: Authenticator) -> Asked:
    """How it stands with the removal of this one by whoever is here."""
    others = mine.that_would_do(session.profile, besides=one.pk)
    return Asked(one, others, guard.is_fresh(session, besides=one.pk if others else None))


def remove(*, session: Session, authenticator: Authenticator) -> bool:
    """Remove it for good. Returns whether it was there; of two at once, one removes it.

    Refused: `not_fresh`, where they did not sign in within five minutes with another one that works now (with this
    one, where there is no other).
    """
    with transaction.atomic():
        fresh = proof.held(session)  # of two that remove each other, the second finds itself gone
        if not Authenticator.objects.live().filter(pk=authenticator.pk).exists():
            return False
        if fresh and asked(fresh, authenticator).is_fresh:
            return actions.revoke(authenticator=authenticator, by=PERSON, reason=REMOVED)
    raise Refused("not_fresh")


def just_removed(session: Session, pk: UUID) -> Authenticator | None:
    """What this person removed within ten minutes; with the last one their session has ended too."""
    now = timezone.now()
    if session.why_dead(now) not in {"", Ended.NOT_USABLE}:
        return None
    rows = Authenticator.objects.filter(state=Authenticator.State.REVOKED, state_reason=REMOVED)
    recent = rows.select_related("profile").filter(state_changed_at__gt=now - SHOWN)
    return recent.filter(pk=pk, profile=session.profile).first()
