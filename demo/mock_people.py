"""Who can be chosen at the demo's mock sign-in: six people as those of NHS England's own mock, and two at the edges."""

from dataclasses import dataclass
from typing import Final

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people.models import Organisation, Profile
from demo import carried, people
from demo.people import Person
from demo.roles import CLERK, CLINICIAN, GP, Held

BOTH: Final = (2, 3)
HOSPITAL, SURGERY, HOME = (one["code"] for one in people.ORGANISATIONS)


@dataclass(frozen=True)
class Mock:
    """Somebody to choose, and at which levels."""

    person: Person
    levels: tuple[int, ...]


def _mock(user_id: str, name: str, *levels: int, roles: Held = ()) -> Mock:
    return Mock(Person(user_id, name, "", "can be chosen at the mock sign-in alone", roles=roles), levels)


MOCKS: Final = [
    _mock("656005750104", "Marta Quill", 3, roles=((CLERK, HOSPITAL),)),
    _mock("656005750107", "Idris Vane", 3, roles=((CLINICIAN, HOSPITAL),)),
    _mock("656005750108", "Petra Lund", 3, roles=((GP, SURGERY),)),
    _mock("656005750109", "Owain Marsh", 2, roles=((CLINICIAN, HOSPITAL),)),
    _mock("656005750111", "Zara Finch", 2, roles=((GP, SURGERY),)),
    _mock("656005750112", "Callum Rowe", 2, roles=((CLERK, HOSPITAL),)),
    _mock("999900000021", "Nadia Blank", *BOTH),
    _mock(
        "999900000022",
        "Victor Many",
        *BOTH,
        roles=(*((role, place) for place in (HOSPITAL, SURGERY) for role in (CLERK, CLINICIAN, GP)), (CLERK, HOME)),
    ),
]


def seed() -> None:
    """Make what is not there yet, where the mock kinds are on. Nobody there has a number, so nobody adds anything."""
    if "mock_aal2" not in KINDS:
        return
    organisation = Organisation.objects.get(code=HOSPITAL)
    for mock in MOCKS:
        profile = Profile.objects.filter(user_id=mock.person.user_id).first() or people.make(mock.person, organisation)
        for level in mock.levels:
            _give(profile, f"mock_aal{level}")


def _give(profile: Profile, kind: str) -> None:
    """What this kind signs them in by, where they never had it."""
    if not Authenticator.objects.filter(kind=kind, external_id=profile.user_id).exists():
        carried.add(profile, kind=kind, external_id=profile.user_id, material={})
