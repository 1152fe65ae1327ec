"""Roles of the demo's people, as CIS2 writes them: the codes of the roles are the field's, all else is made up."""

from typing import Final

from careid.people.models import Profile
from careid.people.roles import Role

CLERK, CLINICIAN, GP = "R8008", "R8000", "R0260"
# Code, name, and an activity that goes with it.
ROLES: Final[dict[str, tuple[str, str, str, str]]] = {
    CLERK: (
        "S8002:G8003:R8008",
        '"Admin & Clerical":"Admin & Clerical":"Admin/Clinical Support Access Role"',
        "B0068",
        "Verify Health Records",
    ),
    CLINICIAN: (
        "S8000:G8000:R8000",
        '"Clinical":"Clinical Provision":"Clinical Practitioner Access Role"',
        "B0085",
        "Perform Pharmacy Activities",
    ),
    GP: (
        "S0030:G0100:R0260",
        '"Clinical":"Medical & Dental":"General Medical Practitioner"',
        "B0380",
        "Perform Clinical Coding",
    ),
}


Held = tuple[tuple[str, str], ...]  # each role's code, and its organisation's


def give(profile: Profile, held: Held) -> None:
    """All roles that this person has."""
    for number, (code, organisation) in enumerate(held, 1):
        role_code, name, activity_code, activity = ROLES[code]
        last = profile.user_id[-8:]
        Role.objects.create(
            profile=profile,
            person_roleid=f"55{last}{number:02}",
            person_orgid=f"56{last}{organisation[-1:]:0>2}",
            org_code=organisation,
            role_code=role_code,
            role_name=name,
            activity_codes=[activity_code],
            activities=[activity],
        )
