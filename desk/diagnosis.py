"""Why a person can't enrol: what stops them now, with its remedy, and what their last attempts came to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from authenticators.models import Report
from authenticators.registry import KINDS
from careid.people.models import Profile
from careid.post.models import Mail
from careid.trail import actors
from careid.trail.models import Event
from careid.trail.names import EventName
from desk import words
from profiles import locks

ATTEMPTS: Final = 10
MAILS: Final = 10
EVENTS: Final = 20
EVENTS_READ: Final = 400  # of the newest: far more than ten attempts leave


@dataclass(frozen=True)
class Cause:
    """What stops somebody now, in words; `remedy` is the desk's action that ends it, None where there is none here."""

    reason: str
    words: str
    remedy: str | None = None


@dataclass(frozen=True)
class Line:
    at: datetime
    words: str
    good: bool


@dataclass(frozen=True)
class Visit:
    """One attempt: its reference, its steps in order, and what it came to."""

    attempt_id: UUID
    reference: str
    lines: tuple[Line, ...]

    @property
    def outcome(self) -> str:
        """What was added, or how far the attempt came: its last line."""
        added = words.EVENTS[EventName.AUTHENTICATOR_ADDED]
        return next((line.words for line in self.lines if line.words == added), self.lines[-1].words)


def causes(profile: Profile) -> list[Cause]:
    """What stops this person now, the gravest first. Empty where nothing that stops them is known."""
    return [*_of_the_profile(profile), *_of_locks(profile), *_of_kinds(profile), *_of_mail(profile)]


def _of_the_profile(profile: Profile) -> Iterator[Cause]:
    if not profile.is_open:
        yield Cause("closed", f"The profile is closed: {words.why_closed(profile)}.", "reopen")
    if profile.reported_at and Report.objects.filter(profile=profile, closed_at=None).exists():
        yield Cause(
            "reported", "Someone reported “this was not me”. Nothing can be added until that is closed.", "case"
        )
    if not profile.organisation.takes_part:
        yield Cause("organisation", f"{profile.organisation} does not take part in self-service.")
    if not profile.email:
        yield Cause("no_email", "There is no email address on the profile, so no code can be sent.", "email")
    if not profile.nino_fingerprint:
        yield Cause("no_number", "There is no National Insurance number on the profile.", "number")


def _of_locks(profile: Profile) -> Iterator[Cause]:
    for lock in locks.of(profile):
        until = f"until {words.time(lock.until)}" if lock.until else "until it is lifted here"
        yield Cause("locked", f"Locked {until}: {lock.words}.", "unlock")


def _of_kinds(profile: Profile) -> Iterator[Cause]:
    held = list(profile.authenticators.live().values_list("kind", flat=True))
    for kind in KINDS.values():
        if held.count(kind.slug) >= kind.most:
            yield Cause(
                "full", f"{kind.title}: they have {kind.most}, the most that a profile can have. Revoke one below."
            )
        elif profile.is_open and not profile.reported_at and not kind.is_offered(profile):
            yield Cause("not_offered", f"{kind.title}: {profile.organisation} does not take part in this kind.")


def _of_mail(profile: Profile) -> Iterator[Cause]:
    last = Mail.objects.filter(profile=profile).exclude(state__in=["dropped", "expired"]).order_by("-queued_at").first()
    if last and last.state == Mail.State.FAILED:
        at = words.time(last.settled_at)
        yield Cause("mail_refused", f"Their mail server refused our email at {at} (answer {last.answer}).", "email")
    elif last and last.state == Mail.State.QUEUED and (timezone.now() - last.queued_at).total_seconds() > words.SLOW:
        yield Cause("mail_waits", f"An email has been waiting to be sent since {words.time(last.queued_at)}.")


def visits(trail: QuerySet[Event]) -> list[Visit]:
    """The last ten attempts in a person's part of the trail, the newest first."""
    read = trail.order_by("-sequence")[:EVENTS_READ]
    grouped: dict[UUID, list[Event]] = defaultdict(list)
    for event in read:
        if event.attempt_id:
            grouped[event.attempt_id].append(event)
    return [_visit(attempt_id, events[::-1]) for attempt_id, events in list(grouped.items())[:ATTEMPTS]]


def _visit(attempt_id: UUID, events: list[Event]) -> Visit:
    reference = next((event.reference for event in events if event.reference), "")
    return Visit(attempt_id, reference, tuple(Line(one.at, words.event(one), one.outcome == "ok") for one in events))


def mails(profile: Profile) -> list[tuple[Mail, str]]:
    """The last ten mails, each with what it was about."""
    newest = list(Mail.objects.filter(profile=profile).defer("content").order_by("-queued_at")[:MAILS])
    return [(one, words.mail(one.template)) for one in newest]


def events(trail: QuerySet[Event]) -> list[tuple[Event, str, str]]:
    """The last twenty events, each with what happened and who did it."""
    newest = list(trail.order_by("-sequence")[:EVENTS])
    return [(one, words.event(one), who) for one, who in zip(newest, who_did(newest), strict=True)]


def who_did(events: list[Event]) -> list[str]:
    """Who did each of these events: an admin by name, read in one statement where there is one."""
    keys = {key for one in events if (key := actors.admin_key(one.actor)) is not None}
    names = {actors.admin(user.pk): user.get_full_name() or user.get_username() for user in _users(keys)}
    return [names.get(one.actor) or words.actor(one.actor) for one in events]


def _users(keys: set[int]) -> Iterable[User]:
    return User.objects.filter(pk__in=keys) if keys else ()
