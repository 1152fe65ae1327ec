"""The admins that the demo starts with."""

import pyotp
import pytest
from django.contrib.auth.models import User
from django.test import Client

from careid.trail.models import Event
from demo import admins, people
from desk.door.models import App
from tests.demo.seeding import seed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(db, settings):
    settings.DEMO = True


def test_the_admin_is_invited_like_any_other_and_signs_in_with_what_the_demo_says(settings):
    settings.ADMIN_APP = True
    seed()
    seed()
    names = ["admin.invited", "admin.factor_added"] * 3
    assert (
        list(Event.objects.filter(name__startswith="admin.").order_by("sequence").values_list("name", flat=True))
        == names
    )
    client = Client()
    assert client.post("/admin/login/", {"username": admins.ADMIN, "password": "first password"}).status_code == 302
    code = client.get("/demo/phone/?format=json").json()["code"]
    assert code == pyotp.TOTP(admins.key()).now()
    assert code in client.get("/demo/phone/").content.decode()
    assert client.post("/admin/login/second/", {"code": code})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_registration_authority_of_one_organisation_sees_its_people_alone(settings):
    settings.ADMIN_APP = True
    seed()
    client = Client()
    client.post("/admin/login/", {"username": admins.RA, "password": "first password"})
    client.post("/admin/login/second/", {"code": client.get("/demo/phone/?format=json").json()["code"]})
    listed = client.get("/admin/careid/profile/").content.decode()
    assert people.MORE[0].user_id in listed
    assert people.TO_TRY[0].user_id not in listed


def test_an_admin_whose_app_was_taken_away_gets_the_others_back():
    seed()
    before = admins.key()
    App.objects.filter(user__username=admins.ADMIN).delete()
    seed()
    assert [app.key for app in App.objects.all()] == [before] * 3


def test_the_owner_of_a_service_looks_after_that_one_and_is_of_no_organisation():
    seed()
    owner = User.objects.get(username=admins.OWNER)
    assert [one.name for one in owner.services.all()] == [admins.OWNED]
    assert not owner.organisations.exists()
    assert not owner.has_perm("moves.view_person")
    assert owner.has_perm("moves.start_move")
