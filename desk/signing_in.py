"""Why a person can't sign in, where they are signed in now, and what their last tries came to."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from authenticators.models import Authenticator, Report
from authenticators.registry import KINDS
from careid.people.models import Profile
from careid.trail.models import Event
from careid.trail.names import EventName
from desk import diagnosis, words
from desk.diagnosis import Cause
from profiles import locks
from sign_in.models import Session
from sign_in.words import Why

PLACES: Final = 20
TRIES: Final = 20
NAMES: Final = (
    *(EventName.SIGN_IN_SUCCEEDED, EventName.SIGN_IN_REFUSED, EventName.SESSION_ENDED),
    EventName.PASSWORD_CHANGED,
)
_OF_A_TRY: Final = frozenset({EventName.SIGN_IN_SUCCEEDED, EventName.SIGN_IN_REFUSED})
# What ends the reason of a last try, where the desk can: of the authenticator that it was tried with, or of the person.
_OF_ONE: Final[dict[str, str]] = {Why.SUSPENDED: "reinstate", Why.ON_HOLD: "lift"}
_OF_THE_PERSON: Final[dict[str, str]] = {Why.CLOSED: "reopen", Why.REPORTED: "case"}


@dataclass(frozen=True)
class Place:
    """Where somebody is signed in, with what, and whether that still holds, in words."""

    session: Session
    signed_in_with: str
    state: str


@dataclass(frozen=True)
class Try:
    """One line of what happened: what it came to, with what, and who did it where that was somebody else."""

    event: Event
    what: str
    signed_in_with: str
    who: str


def remedy(slug: str, pk: UUID | None) -> str:
    """What the desk can do to the authenticator with this key, beside what it can do to the person."""
    return f"{slug} {pk}"


def causes(profile: Profile, live: list[Authenticator]) -> list[Cause]:
    """What stops this person from signing in now, the gravest first; `live` is what they have that is not revoked."""
    return [*_of_the_profile(profile), *_of_what_they_have(profile, live), *_of_locks(profile)]


def _of_the_profile(profile: Profile) -> Iterator[Cause]:
    if not profile.is_open:
        yield Cause("closed", f"The profile is closed: {words.why_closed(profile)}.", "reopen")
    if profile.reported_at and Report.objects.filter(profile=profile, closed_at=None).exists():
        yield Cause("reported", "Someone reported “this was not me”. Nobody can sign in until that is closed.", "case")


def _of_what_they_have(profile: Profile, live: list[Authenticator]) -> Iterator[Cause]:
    now = timezone.now()
    if not live:
        yield Cause("none", "They have no authenticator to sign in with.", "assist")
    for one in live:
        said = f"{one.title}{f', “{one.name}”' if one.name else ''}"
        if one.state == Authenticator.State.SUSPENDED:
            yield Cause(
                "suspended", f"{said}: suspended. {capfirst(words.why_stopped(one))}.", remedy("reinstate", one.pk)
            )
        elif not one.usable(now):
            yield Cause("on_hold", f"{said}: on hold until {words.time(one.usable_from)}.", remedy("lift", one.pk))
        elif not KINDS[one.kind].signs_in(profile):
            yield Cause("turned_off", f"{said}: nobody of {profile.organisation} can sign in with this kind now.")


def _of_locks(profile: Profile) -> Iterator[Cause]:
    for lock in (one for one in locks.of(profile) if one.kind):
        until = f"until {words.time(lock.until)}" if lock.until else "until it is lifted here"
        yield Cause("locked", f"{KINDS[lock.kind].title}: locked {until}. {capfirst(lock.words)}.", "unlock")


def places(profile: Profile) -> list[Place]:
    """Where this person is signed in, the one that was used last first."""
    now, open_ones = timezone.now(), Session.objects.filter(profile=profile, ended_at=None)
    rows = open_ones.select_related("profile", "newest__authenticator").defer("newest__authenticator__material")
    return [_place(one, one.why_dead(now)) for one in rows.order_by("-last_seen_at")[:PLACES]]


def _place(session: Session, why_dead: str) -> Place:
    over = f"Over: {words.of(why_dead, words.ENDED)}"
    return Place(session, str(session.newest.authenticator), over if why_dead else "Signed in")


def tries(trail: QuerySet[Event], own: list[Authenticator]) -> list[Try]:
    """The last twenty sign-ins, refusals and endings in a person's part of the trail; `own` is what they had."""
    newest = list(trail.filter(name__in=NAMES).order_by("-sequence")[:TRIES])
    named: dict[UUID | None, str] = {one.pk: str(one) for one in own}
    who = diagnosis.named([event.actor for event in newest])
    return [
        Try(event, words.event(event), named.get(event.authenticator_id) or _kind(event), name)
        for event, name in zip(newest, who, strict=True)
    ]


def _kind(event: Event) -> str:
    kind = KINDS.get(str(event.details.get("kind")))
    return kind.title if kind else ""


def last_try(tries: list[Try]) -> list[Cause]:
    """What the newest try came to, as one cause with its remedy. Empty where it let them in, or there was none."""
    of_a_try = [one for one in tries if one.event.name in _OF_A_TRY]
    if not of_a_try or of_a_try[0].event.outcome == "ok":
        return []
    newest = of_a_try[0]
    times = len(list(takewhile(lambda one: (one.what, one.signed_in_with) == _same(newest), of_a_try)))
    again, said = f", {times} times" if times > 1 else "", words.lower_first(newest.what)
    tried = f"Last try, {words.time(newest.event.at)}, {newest.signed_in_with}: {said}{again}."
    return [Cause("last_try", tried, _ends(newest.event))]


def _same(one: Try) -> tuple[str, str]:
    return one.what, one.signed_in_with


def _ends(event: Event) -> str | None:
    slug = _OF_ONE.get(event.reason)
    return remedy(slug, event.authenticator_id) if slug else _OF_THE_PERSON.get(event.reason)
