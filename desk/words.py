"""The desk's words for what stands in the trail, what a rule refuses, and moments."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils import timezone

from apply import reasons as of_applications
from authenticators.models import Authenticator, Report
from authenticators.refusals import Refusal
from authenticators.registry import KINDS
from careid.pages import times
from careid.people.models import Profile
from careid.trail import actors
from careid.trail.models import Event
from careid.trail.names import EventName
from desk import happenings, move_words, outcomes
from desk.door import words as door
from profiles import reasons
from provider.words import ClientRefused
from sign_in.words import Ended, Why

SLOW: Final = 120  # seconds that a mail may wait before the desk speaks of it
EVENTS: Final = happenings.EVENTS
SAYS_IT_ALL: Final = {EventName.EMAIL_CODE_REJECTED, EventName.ASSISTED_REJECTED}  # a reason `wrong` adds nothing
# Somebody of another organisation has it, and who that is stays with that organisation.
_NOT_HERE: Final = "cannot be used here. Ask whoever runs this service."
REFUSED: Final = {
    "email_taken": f"This email address {_NOT_HERE}",
    "number_taken": f"This National Insurance number {_NOT_HERE}",
    "own_change": "Somebody else has to do this. It would undo what you did, or what you are named as having checked.",
    "oneself": "This is your own profile. Ask a colleague of the Registration Authority to help you.",
    "invited_already": "An invitation to this address is open in this organisation. Send a new link of that one.",
    "closed": "The profile is closed. Reopen it first.",
    "reported": "A report of “this was not me” is open. Close it first.",
    **move_words.REFUSED,
}
ACTORS: Final = {actors.PERSON: "the person", actors.SYSTEM: "the service"}
# Reasons that nobody chose: each means the same wherever it stands.
REASONS: Final[dict[str, str]] = {
    "no_profile": "no profile has that email address",
    "number_differs": "the National Insurance number typed is not the one on file",
    "no_number": "there is no National Insurance number on file",
    "closed": "the profile is closed",
    "organisation_not_taking_part": "the organisation does not take part",
    "reported": "a report of “this was not me” is open",
    "silently_limited": "too many tries with this email address or number: no code was sent",
    "wrong": "a wrong code was typed",
    "user_id_taken": "another profile has that user id",
    "email_taken": "another open profile has that email address",
    "number_taken": "another open profile has that National Insurance number",
    "on_file": "somebody applied elsewhere with this number or this email address",
    "invited_already": "an invitation to that address was open already",
    "created": "a new person",
    "imported": "it came in a file",
    "changed": "the person was on file",
    "undone": "undone by the person",
    "not_me": "the person said that it was not them",
    "profile_closed": "the profile was closed",
    "profile_email_changed": "the email address was changed",
    "profile_nino_changed": "the number was changed",
    "profile_reopened": "the profile was reopened",
    "restarted": "started again",
    "finished": "finished, and left the page",
    "assisted_cancelled": "cancelled at the desk",
    "removed": "the person removed it",
    "signed_in": "they had just signed in",
    "invited": "they were invited to apply, and are on file",
    "opened_again": "again, or in another browser",
    "codes": "6 codes were sent",
    "wrong_codes": "6 wrong codes were typed",
}
_NEWER: Final = {"replaced": "a newer one took its place"}
_LEFT: Final = {"signed_out": "they were signed out", "another_person": "somebody else signed in in that browser"}
# Why nobody is signed in any more where nobody of the desk ended that; what has a meaning everywhere has it here too.
ENDED: Final[dict[str, str]] = {one.value: one.words for one in Ended if one.value not in REASONS}
OF_CLIENTS: Final[dict[str, str]] = {one.value: one.words for one in ClientRefused}
# Those that are an event's own: what was to choose from there, by verb, and what has another meaning elsewhere.
OF_EVENTS: Final[dict[str, Mapping[str, str]]] = {
    **reasons.BY_EVENT,
    **of_applications.BY_EVENT,
    EventName.SESSION_ENDED: ENDED | reasons.SIGN_OUT,
    EventName.CLIENT_REFUSED: OF_CLIENTS,
    EventName.NOT_ME_CLOSED: dict(Report.Outcome.choices),
    EventName.ATTEMPT_ENDED: _NEWER | _LEFT,
    EventName.ASSISTED_CANCELLED: reasons.CANCEL | _NEWER,
    **dict.fromkeys(door.EVENTS, door.REASONS),
}
# A word may mean one thing where it ends an authenticator, and another where it stops one.
OF_STATES: Final[dict[str, Mapping[str, str]]] = {
    "active": reasons.REINSTATE,
    "suspended": reasons.SUSPEND,
    "revoked": reasons.REVOKE,
}
# The same word may mean one thing to one kind, another to the next, and a third at the door.
OF_KINDS: Final[dict[str, Mapping[str, str]]] = {
    slug: {one.value: one.words for one in (*kind.reasons, *Refusal)} for slug, kind in KINDS.items()
}
OF_SIGNING_IN: Final[dict[str, Mapping[str, str]]] = {
    slug: {one.value: one.words for one in (*Why, *kind.reasons)} for slug, kind in KINDS.items()
}
OF_NO_KIND: Final = {one.value: one.words for one in Why}  # before any was chosen
# Where a word is a kind's own.
OF_A_KIND: Final[dict[str, Mapping[str, Mapping[str, str]]]] = {
    EventName.CEREMONY_REJECTED: OF_KINDS,
    EventName.SIGN_IN_REFUSED: OF_SIGNING_IN,
}
_OF_REFUSALS: Final[tuple[Mapping[str, str], ...]] = (
    *(REASONS, *OF_KINDS.values(), *OF_SIGNING_IN.values(), OF_CLIENTS, door.REASONS),
)


def of(reason: str, meant: Mapping[str, str]) -> str:
    """Why something is as it is, first as `meant` says the word; one that has no words there, as it is written."""
    return meant.get(reason) or REASONS.get(reason) or _written(reason)


def _written(reason: str) -> str:
    return reason.replace("_", " ")


def why_stopped(authenticator: Authenticator) -> str:
    """Why an authenticator is in its state, in the words that were chosen; empty where nobody ever stopped it."""
    of_kind = OF_KINDS.get(authenticator.kind, {})  # where nobody chose: the kind found something out
    return of(authenticator.state_reason, {**of_kind, **OF_STATES.get(authenticator.state, {})})


def why_closed(profile: Profile) -> str:
    """Why a profile was closed; empty where it is open."""
    return of(profile.closed_reason, reasons.CLOSE)


def of_refusal(reason: str) -> str:
    """Why something was refused, in each meaning of that word; one that has no words, as it is written."""
    meanings = dict.fromkeys(words[reason] for words in _OF_REFUSALS if reason in words)
    return "; or ".join(meanings) or _written(reason)


def event(event: Event) -> str:
    """`Could not add it: this device holds one already` and the like."""
    happened = outcomes.NOT_DONE.get((event.name, event.outcome)) or EVENTS.get(event.name, event.name)
    if not event.reason or (event.reason == "wrong" and event.name in SAYS_IT_ALL):
        return happened
    number = f" ({event.details['error']})" if "error" in event.details else ""
    return f"{happened}: {of(event.reason, _its_own(event))}{number}"


def _its_own(event: Event) -> Mapping[str, str]:
    """What a word means there alone: while a kind was being added or signed in with, or in that event."""
    kind, chosen = str(event.details.get("kind")), OF_EVENTS.get(event.name, {})
    if event.name in OF_A_KIND:
        return OF_A_KIND[event.name].get(kind, OF_NO_KIND)
    # A kind may stop one by itself, for a reason of its own.
    return {**OF_KINDS.get(kind, {}), **chosen} if event.name == EventName.AUTHENTICATOR_SUSPENDED else chosen


def failure(name: str, reason: str, kind: str | None) -> str:
    """What was refused and why: `The kind: cancelled, or it took too long`, where a kind was being added."""
    told = event(Event(name=name, outcome="refused", reason=reason, details={"kind": kind} if kind else {}))
    return f"{KINDS[kind].title}: {told.partition(': ')[2]}" if kind in KINDS else told


def actor(written: str) -> str:
    """Who did it; an admin's name stands in another table, so it stays a number here."""
    return ACTORS.get(written, written.replace(":", " ", 1))


def lower_first(said: str) -> str:
    """The same words inside a sentence; a name of capitals keeps them."""
    return said if said[:2].isupper() else said[:1].lower() + said[1:]


def to_the_second(at: datetime | None) -> str:
    """`29 November 2026, 14:25:07`, in Europe/London; empty where there is none."""
    return times.written(at, "j F Y, H:i:s") if at else ""


def time(at: datetime | None) -> str:
    """`14:25` today, else with its day, in Europe/London."""
    if at is None:
        return "-"
    return times.written(at, "H:i" if timezone.localdate(at) == timezone.localdate() else "j F Y, H:i")
