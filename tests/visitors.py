"""A visitor that walks the journey as a browser does, and the mail that it waits for."""

import re
from dataclasses import dataclass, field

import pyotp
from django.core import mail as django_mail
from django.test import Client

from careid.post import outbox
from careid.post.models import Mail

PASSWORD = "lamp otter Tuesday window"  # made up for the tests


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


def post():
    """Deliver what is queued, as a worker would, and return what was sent this time."""
    before = len(django_mail.outbox)
    for pk in Mail.objects.filter(state="queued").order_by("queued_at").values_list("pk", flat=True):
        outbox.deliver(str(pk))
    return django_mail.outbox[before:]


def newest_code():
    codes = [re.search(r"^\s*(\d{6})\s*$", sent.body, re.MULTILINE) for sent in post()]
    return [found.group(1) for found in codes if found][-1]
