"""A sort of authenticator: data, and the steps that every kind's pages stand behind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from careid.people.models import Profile


@dataclass(frozen=True)
class Kind:
    """One kind. Its package exports `KIND`, has a URL named `add`, and ends its ceremony with `actions.add()`.

    The slug is its package, URL segment, stored value, template folder and test folder. `limit` is how many a profile
    may have; `is_available` tells whether this profile can add one at all.
    """

    slug: str
    title: str  # as it is offered: "Authenticator app"
    hint: str
    limit: int
    is_available: Callable[[Profile], bool]
    describe: Callable[[dict[str, Any]], str] | None = None  # what one is called, from its details; else the title
    organisation_switch: str = ""  # the organisation's own switch that it needs, if any

    @property
    def url(self) -> str:
        return f"{self.slug}:add"

    def is_offered(self, profile: Profile) -> bool:
        """Whether the person and their organisation may add one now, the limit apart."""
        organisation = profile.organisation
        taking_part = organisation.takes_part and self.slug not in organisation.kinds_off
        return profile.is_open and profile.reported_at is None and taking_part and self.is_available(profile)
