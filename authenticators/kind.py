"""A sort of authenticator: data, and the steps that every kind's pages stand behind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from careid.errors import Reason
from careid.people.models import Profile


@dataclass(frozen=True)
class Proving:
    """How one signs in with a kind. A finished proof ends with `sign_in.journey.finish()`, and nothing else lets in.

    `context` is the dotted name of a function of a request, a visit and a form that was refused (or None); it gives
    what the fragment needs. `/sign-in/` hands a POST that has one of the fields in `takes` to the view behind `url`.
    """

    url: str  # the name of its page below /sign-in/: "<slug>:sign_in"
    title: str  # as offered: "Authenticator app"
    amr: str  # how somebody signed in, as services are told (RFC 8176 leaves the values to us)
    acr: str  # the level and the way, as services ask for it
    level: int = 2  # of assurance (NIST SP 800-63B-4, 2)
    fragment: str = ""  # the template of its part of /sign-in/
    takes: tuple[str, ...] = ()
    context: str = ""
    is_set_up: Callable[[], bool] = lambda: True
    for_services: bool = False  # alone: no way to one's own account
    may_be_earlier: bool = False  # but for a visit that asks for a fresh one, its proof may be of some time ago
    refusals: Mapping[str, int] = field(default_factory=dict)  # its reasons of the page of refusals, each with a status


@dataclass(frozen=True)
class Kind:
    """One kind. It exports `KIND`, has a URL named `add`, and ends its ceremony with `actions.add()`.

    The slug is its package, URL segment, stored value, template folder and test folder. `limits`, `findings`, `locks`
    and `in_a_row` are dotted names, read once every app is there. What a kind says on pages that name none stands in
    its template folder, put there by `{% of_kinds %}`: `without_phone`, `without_javascript`, `before` (choosing),
    `kept`, `expired`. Beside them stands `after`, for the page of what was added.
    """

    slug: str
    title: str  # as offered: "Authenticator app"
    hint: str
    need: str  # what to have ready: a line of the start page and of the invitation; empty where nobody adds one
    most: int  # that a profile may have
    effort: str = ""  # what adding one asks of a person: "About 5 minutes, with a new password to remember"
    limits: str = ""  # a tuple of Limit: how often its pages may be asked
    is_available: Callable[[Profile], bool] = lambda _: True  # to this person, their organisation apart
    kept_in: str = ""  # where one is kept, for who has several; not where `describe` tells it
    describe: Callable[[dict[str, Any]], str] | None = None  # what one is called, from its details; else the title
    mails: Mapping[str, str] = field(default_factory=dict)  # what each of its own is about, as the desk says it
    reasons: tuple[Reason, ...] = ()  # why adding may lead to nothing, beside what `actions.add` refuses
    findings: str = ""  # a tuple of Check: its lines of the doctor
    locks: str = ""  # a function of a profile: each `own.Held` of their signing in, for the desk to show and to lift
    in_a_row: str = ""  # a function of a profile and a browser's word: the counts that another kind's sign-in forgets
    organisation_switch: str = ""  # the field of Organisation that turns the kind on, where one must
    sign_in: Proving | None = None  # None where nobody signs in with it

    @property
    def url(self) -> str:
        return f"{self.slug}:add"

    def signs_in(self, profile: Profile) -> bool:
        """Whether people sign in with it here, and this person's organisation has it where it must be turned on."""
        is_on = not self.organisation_switch or getattr(profile.organisation, self.organisation_switch)
        return self.sign_in is not None and self.sign_in.is_set_up() and is_on

    def is_offered(self, profile: Profile) -> bool:
        """Whether the person and their organisation may add one now, however many they have."""
        organisation = profile.organisation
        taking_part = organisation.takes_part and self.slug not in organisation.kinds_off
        return profile.is_open and profile.reported_at is None and taking_part and self.is_available(profile)
