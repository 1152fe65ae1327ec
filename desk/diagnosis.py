"""Why a person can't add one: what stops them now, with its remedy, and what their last attempts came to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
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
from desk import mail_words, words
from profiles import locks

ATTEMPTS: Final = 10
MAILS: Final = 10
EVENTS: Final = 20
ADDED: Final = EventName.AUTHENTICATOR_ADDED
# What ends the reason of a last try, where the desk can.
REMEDIES: Final = {
    "number_differs": "number",
    "no_number": "number",
    "silently_limited": "unlock",
    "closed": "reopen",
    "reported": "case",
}
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
    name: str = ""
    reason: str = ""


@dataclass(frozen=True)
class PastAttempt:
    """One attempt: its reference, its steps in order, and what it came to."""

    attempt_id: UUID
    reference: str
    lines: tuple[Line, ...]

    @property
    def outcome(self) -> str:
        """What was added, or how far the attempt came: its last line."""
        return next((line.words for line in self.lines if line.name == ADDED), self.lines[-1].words)

    @property
    def stopped(self) -> tuple[Line, int] | None:
        """How far it came where nothing was added, and how many times that happened at the end."""
        if any(line.name == ADDED for line in self.lines):
            return None
        steps = [line for line in self.lines if line.name != EventName.ATTEMPT_ENDED] or list(self.lines)
        same = takewhile(lambda line: line.words == steps[-1].words, reversed(steps))
        return steps[-1], len(list(same))


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
    for lock in (one for one in locks.of(profile) if not one.kind):
        until = f"until {words.time(lock.until)}" if lock.until else "until it is lifted here"
        yield Cause("locked", f"Locked {until}: {lock.words}.", "unlock")


def _of_kinds(profile: Profile) -> Iterator[Cause]:
    held = list(profile.authenticators.live().values_list("kind", flat=True))
    for kind in (one for one in KINDS.values() if one.need):
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


def attempts(trail: QuerySet[Event]) -> list[PastAttempt]:
    """The last ten attempts in a person's part of the trail, the newest first."""
    read = trail.order_by("-sequence")[:EVENTS_READ]
    grouped: dict[UUID, list[Event]] = defaultdict(list)
    for event in read:
        if event.attempt_id:
            grouped[event.attempt_id].append(event)
    return [_attempt(attempt_id, events[::-1]) for attempt_id, events in list(grouped.items())[:ATTEMPTS]]


def _attempt(attempt_id: UUID, events: list[Event]) -> PastAttempt:
    reference = next((event.reference for event in events if event.reference), "")
    lines = (Line(one.at, words.event(one), one.outcome == "ok", one.name, one.reason) for one in events)
    return PastAttempt(attempt_id, reference, tuple(lines))


def last_try(attempts: list[PastAttempt], profile: Profile) -> list[Cause]:
    """What the newest attempt came to, as one cause with its remedy. Empty where it added something."""
    stopped = attempts[0].stopped if attempts else None
    if stopped is None:
        return []
    line, times = stopped
    at, said = words.time(line.at), words.lower_first(line.words)
    if line.good:
        return [Cause("last_try", f"Last try, {at}: came as far as “{line.words}”.")]
    remedy, again = REMEDIES.get(line.reason), f", {times} times" if times > 1 else ""
    if remedy == "number" and profile.nino_changed_at and profile.nino_changed_at > line.at:
        return [Cause("last_try", f"Last try, {at}: {said}. The number was set since.")]
    return [Cause("last_try", f"Last try, {at}: {said}{again}.", remedy)]


def mails(sent: QuerySet[Mail]) -> list[tuple[Mail, str]]:
    """The last ten of these mails, each with what it was about."""
    newest = list(sent.defer("content").order_by("-queued_at")[:MAILS])
    return [(one, mail_words.of(one.template)) for one in newest]


def events(trail: QuerySet[Event]) -> list[tuple[Event, str, str]]:
    """The last twenty events, each with what happened and who did it."""
    newest = list(trail.order_by("-sequence")[:EVENTS])
    names = named([one.actor for one in newest])
    return [(one, words.event(one), who) for one, who in zip(newest, names, strict=True)]


def named(who: list[str]) -> list[str]:
    """Each of these actors in words: an admin by name, read in one statement where there is one."""
    keys = {key for one in who if (key := actors.admin_key(one)) is not None}
    names = {actors.admin(user.pk): user.get_full_name() or user.get_username() for user in _users(keys)}
    return [names.get(one) or words.actor(one) for one in who]


def _users(keys: set[int]) -> Iterable[User]:
    return User.objects.filter(pk__in=keys) if keys else ()
