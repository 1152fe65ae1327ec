"""Sample people, and a visitor that walks the journey as a browser does."""

import re
from dataclasses import dataclass, field

import pyotp
import pytest
from django.core import mail as django_mail
from django.db import connection
from django.test import Client

from careid import crypto, mail
from careid.models import Mail, Organisation, Profile

NUMBERS = iter(f"PP{number:06}A" for number in range(1, 10_000))  # PP is never issued: made up for the tests
PASSWORD = "lamp otter Tuesday window"  # made up for the tests


@pytest.fixture(autouse=True)
def _trail_set_aside(request):
    """Only the flush after a test with real transactions may empty the trail."""
    if "transactional_db" not in request.fixturenames and not _is_transactional(request):
        yield
        return
    request.getfixturevalue("transactional_db")
    _trail_triggers("ENABLE")
    yield
    _trail_triggers("DISABLE")


def _is_transactional(request):
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


def _trail_triggers(word):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE careid_event {word} TRIGGER USER")


@pytest.fixture(autouse=True)
def _mail_server_answers():
    mail._unreachable_until = 0.0


@pytest.fixture
def organisation(db):
    return Organisation.objects.create(
        code="RX1", name="Riverside Community Trust", ra_name="Riverside RA", ra_phone="01632 960200"
    )


@pytest.fixture
def make_person(organisation):
    def make(nino=None, **fields):
        number = next(NUMBERS) if nino is None else nino
        serial = Profile.objects.count() + 1
        person = Profile.objects.create(
            **{
                "user_id": f"9999{serial:08}",
                "given_name": "Ama",
                "family_name": "Sample",
                "email": f"ama.sample{serial}@example.nhs.uk",
                "nino_fingerprint": crypto.fingerprint(number) if number else None,
                "identity_level": 3,
                "organisation": organisation,
                **fields,
            }
        )
        person.nino = number
        return person

    return make


@pytest.fixture
def person(make_person):
    return make_person()


@dataclass
class Visitor:
    """Someone with a browser. Each verb posts what a page's form would."""

    client: Client = field(default_factory=Client)

    def details(self, person=None, *, email=None, nino=None, **extra):
        fields = {"email": email or person.email, "national_insurance_number": nino or person.nino}
        return self.client.post("/details/", fields | extra)

    def code(self, code):
        return self.client.post("/code/", {"code": code})

    def verify(self, person):
        self.details(person)
        response = self.code(newest_code())
        assert response.status_code == 302, response.content.decode()
        return response

    def reach_app(self, person):
        self.verify(person)
        self.client.post("/authenticators/", {"kind": "totp"})
        self.client.post("/authenticators/totp/", {"sole_access": "on"})
        response = self.client.post(
            "/authenticators/totp/password/", {"password": PASSWORD, "confirm_password": PASSWORD}
        )
        assert response.status_code == 302, response.content.decode()
        return self.key()

    def key(self):
        page = self.client.get("/authenticators/totp/app/").content.decode()
        return re.search(r'id="totp-key"[^>]*>([^<]+)<', page).group(1).replace(" ", "").strip()

    def app_code(self, code):
        return self.client.post("/authenticators/totp/app/", {"code": code})

    def enrol(self, person):
        response = self.app_code(pyotp.TOTP(self.reach_app(person)).now())
        assert response.status_code == 302, response.content.decode()
        return response


@pytest.fixture
def visitor(db):
    return Visitor()


@pytest.fixture
def make_visitor(db):
    return Visitor


def post():
    """Deliver what is queued, as a worker would, and return what was sent this time."""
    before = len(django_mail.outbox)
    for pk in Mail.objects.filter(state="queued").order_by("queued_at").values_list("pk", flat=True):
        mail.deliver(str(pk))
    return django_mail.outbox[before:]


def newest_code():
    codes = [re.search(r"^\s*(\d{6})\s*$", sent.body, re.MULTILINE) for sent in post()]
    return [found.group(1) for found in codes if found][-1]
