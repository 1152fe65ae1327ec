"""Who and what the demo starts with. Everybody is made up; PP is a prefix that no real number has (HMRC NIM39110)."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from careid.people.models import Organisation, Profile
from careid.people.services import Service
from careid.trail.actors import SYSTEM
from demo import admins, carried, roles
from demo.carried import Carried
from demo.provider_accounts import BY_KEY, LINKED
from demo.roles import Held
from profiles import closing, creating

ORGANISATIONS: Final[list[dict[str, Any]]] = [
    {
        "code": "DEMO1",
        "name": "Northfield Hospital (made up)",
        "email_domains": ["northfield.example.org"],
        "nhsnet_beta": True,
        "ra_name": "Northfield Registration Authority",
        "ra_email": "ra@northfield.example.org",
        "ra_phone": "01632 960101",
        "ra_hours": "Monday to Friday, 8am to 6pm",
    },
    {
        "code": "DEMO2",
        "name": "Mill Lane Surgery (made up)",
        "email_domains": ["milllane.example.org"],
        "nhsnet_beta": True,
        "ra_name": "Riverside Registration Authority",
        "ra_email": "ra@riverside.example.org",
        "ra_phone": "01632 960102",
        "ra_hours": "Monday to Friday, 9am to 5pm",
    },
    {
        "code": "DEMO3",
        "name": "Elm Row Care Home (made up)",
        "email_domains": ["elmrow.example.org"],
        "ra_name": "Riverside Registration Authority",
        "ra_email": "ra@riverside.example.org",
        "ra_phone": "01632 960102",
    },
]
DOMAINS: Final = {one["code"]: one["email_domains"][0] for one in ORGANISATIONS}
SERVICES: Final[list[tuple[str, str, str]]] = [
    (
        "National Care Records Service",
        "https://digital.nhs.uk/services/national-care-records-service",
        "Summary records of patients",
    ),
    ("NHS e-Referral Service", "https://digital.nhs.uk/services/e-referral-service", "Referrals and bookings"),
    (
        "Message Exchange for Social Care and Health (MESH)",
        "https://digital.nhs.uk/services/message-exchange-for-social-care-and-health-mesh",
        "Files and messages between organisations",
    ),
    ("Care Services Management System", "", ""),
]


@dataclass(frozen=True)
class Person:
    """Somebody to try, and what will happen."""

    user_id: str
    name: str
    number: str
    outcome: str = "can add an authenticator"
    closed: bool = False
    organisation: str = "DEMO1"
    carries: Carried | None = None
    roles: Held = ()

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{DOMAINS[self.organisation]}"


TO_TRY: Final = [
    Person("999900000001", "Amina Okafor", "PP 00 00 01 A"),
    Person("999900000002", "Ben Hughes", "", "has no National Insurance number on file: the mail says so"),
    Person("999900000003", "Carol Whitfield", "PP 00 00 03 A", "has a closed profile: the mail says so", closed=True),
]
TO_SIGN_IN: Final = [
    Person(
        "999900000011",
        "Priya Nair",
        "PP 00 00 11 A",
        "can sign in",
        carries=Carried(BY_KEY["priya"]),
        roles=((roles.CLINICIAN, "DEMO1"),),
    ),
    Person(
        "999900000012",
        "Tom Fielding",
        "PP 00 00 12 A",
        f"can't sign in for the demo's first {carried.HOLD.days} days: what he has is on hold",
        carries=Carried(BY_KEY["held"], on_hold=True),
    ),
    Person(
        "999900000013",
        "Ruth Adeyemi",
        "PP 00 00 13 A",
        "can't sign in: what she has is suspended",
        carries=Carried(BY_KEY["suspended"], suspended=True),
    ),
    Person(
        "999900000014",
        "Joe Baptiste",
        "PP 00 00 14 A",
        "can't sign in: he reported “this was not me”",
        carries=Carried(BY_KEY["reported"], reported=True),
    ),
    Person(
        "999900000015",
        "Sian Price",
        "PP 00 00 15 A",
        "can sign in with the app alone: her organisation is outside the NHS.net beta",
        organisation="DEMO3",
        carries=Carried(BY_KEY["outside"]),
        roles=((roles.CLINICIAN, "DEMO3"), (roles.CLERK, "DEMO2")),
    ),
]
GIVEN: Final = ("Dev", "Ella", "Femi", "Grace", "Hassan", "Isla", "Jakub", "Kirsty", "Liam", "Mei", "Niamh", "Owen")
FAMILY: Final = ("Ahmed", "Bennett", "Clarke")
MORE: Final = [
    Person(f"9999000001{number:02}", f"{given} {family}", f"PP 00 01 {number:02} A", organisation="DEMO2")
    for number, (given, family) in enumerate((given, family) for family in FAMILY for given in GIVEN)
]


def strangers() -> bool:
    """Whether the database holds people and none of the demo: then the database is somebody's, and to be left alone."""
    made = "careid_profile" in connection.introspection.table_names()
    return made and Profile.objects.exists() and not Organisation.objects.filter(code=ORGANISATIONS[0]["code"]).exists()


@transaction.atomic
def seed(*, admin_password: str, password: str) -> None:
    """Make what is not there yet. What is there stays as it is, but for the admins' password.

    `password` goes with the app of everybody who has one from the start.
    """
    if not settings.DEMO:
        raise RuntimeError("sample people are for the demo alone")
    for organisation in ORGANISATIONS:
        Organisation.objects.get_or_create(code=organisation["code"], defaults=organisation)
    for name, address, description in SERVICES:
        Service.objects.get_or_create(name=name, defaults={"address": address, "description": description})
    there = set(Profile.objects.values_list("user_id", flat=True))
    organisations = Organisation.objects.in_bulk(field_name="code")
    for person in (*TO_TRY, *TO_SIGN_IN, *MORE):
        if person.user_id not in there:
            make(person, organisations[person.organisation], password)
    carried.link(Profile.objects.get(user_id=MORE[0].user_id), LINKED)
    admins.seed(admin_password)


def make(person: Person, organisation: Organisation, password: str = "") -> Profile:
    """Somebody, with what they carry. `password` goes with the app of who has one."""
    given, family = person.name.split()
    profile = creating.create(
        user_id=person.user_id,
        given_name=given,
        family_name=family,
        email=person.email,
        number=person.number,
        identity_level=3,
        organisation=organisation,
        source="demo",
        by=SYSTEM,
    )
    if person.closed:
        closing.close(profile=profile, by=SYSTEM, reason="leaver")
    if person.carries:
        carried.give(profile, person.carries, password=password)
    roles.give(profile, person.roles)
    return profile
