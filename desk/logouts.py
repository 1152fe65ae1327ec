"""Which services heard that a person is signed out, which did not, and why."""

from dataclasses import dataclass
from typing import Final

from careid.fetching.fetcher import Fault
from careid.people.models import Profile
from desk import words
from provider.models import Logout
from provider.telling import Unsigned

LINES: Final = 20
WHY: Final[dict[str, str]] = {one.value: one.words for one in (*Fault, *Unsigned)}


@dataclass(frozen=True)
class Line:
    """One service and one session that is over, in words."""

    logout: Logout
    service: str
    what: str


def of(profile: Profile) -> list[Line]:
    """What services heard of a person, the last end first; nothing of sessions that go on."""
    rows = Logout.objects.filter(profile=profile).exclude(state=Logout.State.LISTENING)
    rows = rows.select_related("client__service").order_by("-over_at")
    return [Line(one, one.client.name, _what(one)) for one in rows[:LINES]]


def _what(one: Logout) -> str:
    match one.state:
        case Logout.State.TOLD:
            return "Heard"
        case Logout.State.UNASKED:
            return "Cannot be told: it has no logout address. They may be in there still"
        case Logout.State.DUE:
            return f"Is being told{f'. Last time {why(one.answer)}' if one.tries else ''}"
    return f"Did not hear: {why(one.answer)}. They may be in there still"


def why(answer: str) -> str:
    return f"it answered {answer}" if answer.isdecimal() else words.of(answer, WHY)
