"""Where somebody stands in a move, and their one next step. Nothing is written here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.utils import timezone

from apply.models import Invitation
from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people.models import Profile
from moves.models import Move, Person


class Step(StrEnum):
    """What comes next for somebody: one at a time."""

    CANCELLED = "cancelled"  # the move, by whoever made it
    DONE = "done"  # the move, by its date
    NO = "no"  # they answered no
    READY = "ready"
    KEPT = "kept"  # they keep their smartcard, and have said so
    CONFIRM = "confirm"  # a smartcard user who has not said so yet
    APPLY = "apply"  # by their invitation
    WAIT = "wait"  # for the check of their application
    ADD = "add"
    HOLD = "hold"  # what they added works from a time on
    ASK = "ask"  # somebody else has to help


@dataclass(frozen=True)
class Standing:
    """One person's step. `why` they have to ask, a word; from when what they added works, where it has to wait."""

    step: Step
    why: str = ""
    works_from: datetime | None = None
    on_file: bool = False

    @property
    def has_steps(self) -> bool:
        """Whether the three steps lead there: a profile, an authenticator, and being ready."""
        return self.step in _THREE

    @property
    def profile(self) -> str:
        """How the first of the three stands: `done`, `next`, `waits` for somebody else, or `later`."""
        return "done" if self.on_file else "waits" if self.step == Step.WAIT else "next"

    @property
    def authenticator(self) -> str:
        """The second, likewise."""
        there = self.step in {Step.HOLD, Step.READY}
        return "done" if there else "next" if self.on_file else "later"

    @property
    def ready(self) -> str:
        """The third, likewise."""
        return {Step.READY: "done", Step.HOLD: "waits"}.get(self.step, "later")


BY_THE_LAST_DAY: Final = frozenset({Step.APPLY, Step.ADD, Step.ASK})  # what the person has to begin
_THREE: Final = frozenset({Step.APPLY, Step.WAIT, Step.ADD, Step.HOLD, Step.READY, Step.ASK})
_ENDED: Final = {Move.State.CANCELLED: Step.CANCELLED, Move.State.DONE: Step.DONE}
_ASKS: Final = frozenset({"rejected", "blocked"})  # of an invitation: what has words of its own


def of(person: Person) -> Standing:
    """Where this person stands now. One query, where they have a profile."""
    if ended := _ENDED.get(Move.State(person.move.state)):
        return Standing(ended)
    invitation = person.invitation
    profile = person.profile or (invitation.profile if invitation else None)
    if person.answer in Person.NO:
        return Standing(Step.NO, on_file=profile is not None)
    found = _on_file(profile, timezone.now()) if profile else _on_the_way(invitation)
    if person.way != Person.Way.SMARTCARD or found.step == Step.READY:
        return found
    if person.answer == Person.Answer.KEEP_SMARTCARD:
        return Standing(Step.KEPT, on_file=found.on_file)
    return found if found.step == Step.HOLD else Standing(Step.CONFIRM, on_file=found.on_file)


def _on_file(profile: Profile, at: datetime) -> Standing:
    if not profile.is_open or profile.reported_at:
        return Standing(Step.ASK, on_file=True)
    live = list(profile.authenticators.live())
    if any(one.usable(at) for one in live):
        return Standing(Step.READY, on_file=True)
    if held := [one.usable_from for one in live if one.state == Authenticator.State.ACTIVE]:
        return Standing(Step.HOLD, works_from=min(held), on_file=True)
    by_oneself = profile.email and profile.nino_fingerprint and any(kind.is_offered(profile) for kind in KINDS.values())
    return Standing(Step.ADD if by_oneself else Step.ASK, on_file=True)


def _on_the_way(invitation: Invitation | None) -> Standing:
    if invitation is None:
        return Standing(Step.ASK, "not_invited")
    if invitation.state in (*Invitation.LIVE, Invitation.State.EXPIRED):
        return Standing(Step.APPLY)
    if invitation.state == Invitation.State.SUBMITTED:
        return Standing(Step.WAIT)
    return Standing(Step.ASK, invitation.state if invitation.state in _ASKS else "not_invited")
