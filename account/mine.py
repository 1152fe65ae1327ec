"""What a person has to sign in with, as they are told of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from authenticators.kind import Kind
from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people.models import Profile
from careid.storing.prepared import Prepared


@dataclass(frozen=True)
class Mine:
    """One of a person's authenticators, and how it stands: `works`, `off`, `on_hold`, `suspended`."""

    one: Authenticator
    state: str

    @property
    def kind(self) -> Kind:
        return KINDS[self.one.kind]

    @property
    def kept(self) -> str:
        """Where it is kept, as far as that is known; empty where it isn't."""
        described = self.kind.describe(self.one.details) if self.kind.describe else self.kind.kept_in
        return "" if described == self.kind.title else described


def authenticators(profile: Profile, now: datetime) -> list[Mine]:
    """All but what was removed, in the order in which they were added."""
    return [Mine(one, _state(one, profile, now)) for one in _OF.all(profile.pk)]


_OF: Final = Prepared(
    lambda pk: Authenticator.objects.live().filter(profile=pk).defer("material").order_by("added_at"), -1
)


def _state(one: Authenticator, profile: Profile, now: datetime) -> str:
    if one.state != Authenticator.State.ACTIVE:
        return "suspended"
    if not one.usable(now):
        return "on_hold"
    return "works" if KINDS[one.kind].signs_in(profile) else "off"


def found(profile: Profile, pk: UUID) -> Authenticator:
    """One that this person has. Http404 for another's, and for what was removed."""
    one = Authenticator.objects.live().filter(profile=profile, pk=pk).first()
    if one is None:
        raise Http404
    one.profile = profile
    return one


def that_would_do(profile: Profile, *, besides: UUID) -> list[Authenticator]:
    """What this person can sign in with now, beside the one that is named."""
    usable = Authenticator.objects.usable(timezone.now()).filter(profile=profile).exclude(pk=besides)
    return [one for one in usable.defer("material").order_by("added_at") if KINDS[one.kind].signs_in(profile)]
