"""An admin as a browser and a passkey in software."""

import json
import re
import secrets

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from desk.door import invitations
from tests.authenticators.passkey import fake as passkey
from tests.desk.door.admins import PASSWORD

ORIGIN, SECOND = "http://localhost", "/admin/login/second/"


def read(page):
    """The options of a ceremony on this page."""
    found = re.search(r'id="passkey-options">(.*?)</script>', page.content.decode(), re.DOTALL)
    return found and json.loads(found[1])


class Admin:
    """Somebody at the door. Each verb posts what a page of it would."""

    def __init__(self, email="rita@example.nhs.uk"):
        self.client, self.email = Client(), email
        self.key, self.credential_id = passkey.new_key(), secrets.token_bytes(32)

    def invited(self, **options):
        options = {"superuser": True, "actor": "command:invite_admin", **options}
        self.link = f"/admin/invitation/{invitations.invite(email=self.email, **options)}/"
        return self

    def choose_password(self, password=PASSWORD, again=None):
        return self.client.post(self.link, {"password": password, "confirm_password": again or password})

    def options_to_add(self, path="/admin/invitation/"):
        """None where the page has none."""
        return read(self.client.get(path))

    def add_passkey(self, path="/admin/invitation/", **changes):
        options = self.options_to_add(path)
        made = {"origin": ORIGIN, "key": self.key, "credential_id": self.credential_id, **changes}
        self.handle = passkey.unb64(options["user"]["id"])
        return self.client.post(path, {"credential": passkey.create(options, **made)})

    def enrol(self, **options):
        self.invited(**options)
        assert self.choose_password().status_code == 302
        assert self.add_passkey()["Location"] == "/admin/"
        return self

    def type_password(self, password=PASSWORD, name=None, **extra):
        return self.client.post("/admin/login/", {"username": name or self.email, "password": password}, **extra)

    def options_to_use(self):
        """None where the page has none."""
        return read(self.client.get(SECOND))

    def use_passkey(self, options=None, path=SECOND, wanted="/admin/", **changes):
        options = options or self.options_to_use()
        made = {"origin": ORIGIN, "key": self.key, "credential_id": self.credential_id, **changes}
        return self.client.post(path, {"credential": passkey.answer(options, **made), "next": wanted})

    def app_key(self, path="/admin/invitation/"):
        page = self.client.get(path).content.decode()
        return re.search(r'id="totp-key"[^>]*>([^<]+)<', page).group(1).replace(" ", "")

    def is_in(self):
        return self.client.get("/admin/").status_code == 200


@pytest.fixture
def admin(db):
    return Admin()


@pytest.fixture
def make_admin(db):
    return Admin


@pytest.fixture
def group(db):
    return Group.objects.get_or_create(name="RA agent")[0]
