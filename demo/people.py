"""Who and what the demo starts with. Everybody is made up; PP is a prefix that no real number has (HMRC NIM39110)."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.db import connection, transaction

from authenticators.totp import otp
from careid.people.models import Organisation, Profile
from careid.people.services import Service
from careid.trail.actors import SYSTEM
from demo import linked
from desk.door import factors, invitations
from desk.door.models import App
from profiles import closing, creating

ADMIN: Final = "admin"  # an operator, who sees everything
RA: Final = "ra"  # who looks after the people of one organisation
RA_ROLE, RA_ORGANISATION = "RA manager", "DEMO2"
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
]
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

    @property
    def email(self) -> str:
        domain = "northfield" if self.organisation == "DEMO1" else "milllane"
        return f"{self.name.lower().replace(' ', '.')}@{domain}.example.org"


TO_TRY: Final = [
    Person("999900000001", "Amina Okafor", "PP 00 00 01 A"),
    Person("999900000002", "Ben Hughes", "", "has no National Insurance number on file: the mail says so"),
    Person("999900000003", "Carol Whitfield", "PP 00 00 03 A", "has a closed profile: the mail says so", closed=True),
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
def seed(*, admin_password: str) -> None:
    """Make what is not there yet. What is there stays as it is, but for the admin's password."""
    if not settings.DEMO:
        raise RuntimeError("sample people are for the demo alone")
    for organisation in ORGANISATIONS:
        Organisation.objects.get_or_create(code=organisation["code"], defaults=organisation)
    for name, address, description in SERVICES:
        Service.objects.get_or_create(name=name, defaults={"address": address, "description": description})
    there = set(Profile.objects.values_list("user_id", flat=True))
    organisations = Organisation.objects.in_bulk(field_name="code")
    for person in (*TO_TRY, *MORE):
        if person.user_id not in there:
            _make(person, organisations[person.organisation])
    linked.link(Profile.objects.get(user_id=MORE[0].user_id))
    _admins(admin_password)


def _make(person: Person, organisation: Organisation) -> None:
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


def key() -> str:
    """The key of the authenticator app that both admins have; empty where neither has it any more."""
    app = App.objects.filter(user__username__in=[ADMIN, RA]).order_by("user").first()
    return app.key if app else ""


def _admins(password: str) -> None:
    """An operator, and the Registration Authority of one organisation. One phone stands in for both of theirs."""
    app = key() or otp.new_key()
    _admin(ADMIN, password, app, superuser=True)
    theirs = Organisation.objects.filter(code=RA_ORGANISATION)
    _admin(RA, password, app, groups=Group.objects.filter(name=RA_ROLE), organisations=theirs)


def _admin(name: str, password: str, app: str, **rank: Any) -> None:
    """An admin who was invited like any other, and accepted with an app of that key."""
    user = User.objects.filter(username=name).first()
    if user and App.objects.filter(user=user).exists():
        if not user.check_password(password):
            user.set_password(password)
            user.save()
        return
    token = invitations.invite(email=f"{name}@careid.example.org", name=name, actor=SYSTEM, **rank)
    invitation = invitations.find(token)
    if invitation is None:
        raise RuntimeError("the invitation that was just made is not there")
    invitations.accept(
        invitation=invitation,
        password=make_password(password),
        make=lambda owner: factors.add_app(user=owner, key=app, step=0),
    )
