"""The people that the demo starts with."""

import pyotp
import pytest
from django.contrib.auth.models import User
from django.test import Client

from authenticators.models import Authenticator
from careid.people.models import Organisation, Profile
from careid.people.services import Service
from careid.people.typed import national_insurance_number
from careid.trail.models import Event
from demo import people
from demo.provider_accounts import LINKED
from desk.door.models import App
from enrolment import identity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(db, settings):
    settings.DEMO = True


def find(person):
    return identity.find(email=person.email, nino=national_insurance_number(person.number or "PP 99 99 99 A"))


def test_each_of_the_people_to_try_gets_what_the_demo_says():
    people.seed(admin_password="first password")
    assert [find(person).reason for person in people.TO_TRY] == ["", "no_number", "closed"]


def test_everybody_else_can_add_an_authenticator():
    people.seed(admin_password="first password")
    assert [person for person in people.MORE if not find(person).profile] == []


def test_an_account_of_the_stand_in_sign_in_is_a_colleagues_already():
    people.seed(admin_password="first password")
    owner = Authenticator.objects.get(kind="nhsnet").profile
    assert f"{owner.given_name} {owner.family_name}" == LINKED.name
    assert owner.email == LINKED.address


def test_a_second_start_changes_nothing_but_the_password():
    people.seed(admin_password="first password")
    before = [list(model.objects.order_by("pk").values()) for model in (Organisation, Profile, Service, Authenticator)]
    people.seed(admin_password="second password")
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Organisation, Profile, Service, Authenticator)
    ]
    admin, ra = User.objects.order_by("pk")
    assert (admin.is_superuser, ra.is_superuser) == (True, False)
    assert all(user.check_password("second password") for user in (admin, ra))


def test_the_admin_is_invited_like_any_other_and_signs_in_with_what_the_demo_says(settings):
    settings.ADMIN_APP = True
    people.seed(admin_password="first password")
    people.seed(admin_password="first password")
    names = ["admin.invited", "admin.factor_added"] * 2
    assert (
        list(Event.objects.filter(name__startswith="admin.").order_by("sequence").values_list("name", flat=True))
        == names
    )
    client = Client()
    assert client.post("/admin/login/", {"username": people.ADMIN, "password": "first password"}).status_code == 302
    code = client.get("/demo/phone/?format=json").json()["code"]
    assert code == pyotp.TOTP(people.key()).now()
    assert code in client.get("/demo/phone/").content.decode()
    assert client.post("/admin/login/second/", {"code": code})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_registration_authority_of_one_organisation_sees_its_people_alone(settings):
    settings.ADMIN_APP = True
    people.seed(admin_password="first password")
    client = Client()
    client.post("/admin/login/", {"username": people.RA, "password": "first password"})
    client.post("/admin/login/second/", {"code": client.get("/demo/phone/?format=json").json()["code"]})
    listed = client.get("/admin/careid/profile/").content.decode()
    assert people.MORE[0].user_id in listed
    assert people.TO_TRY[0].user_id not in listed


def test_an_admin_whose_app_was_taken_away_gets_the_others_back():
    people.seed(admin_password="first password")
    before = people.key()
    App.objects.filter(user__username=people.ADMIN).delete()
    people.seed(admin_password="first password")
    assert [app.key for app in App.objects.all()] == [before, before]


def test_outside_the_demo_there_is_no_phone(settings):
    settings.DEMO = False
    assert Client().get("/demo/phone/").status_code == 404


def test_a_database_with_people_of_somebody_else_is_told_from_the_demos(person):
    assert people.strangers()
    Profile.objects.all().delete()
    people.seed(admin_password="first password")
    assert not people.strangers()


def test_outside_the_demo_nobody_is_made_up(settings):
    settings.DEMO = False
    with pytest.raises(RuntimeError):
        people.seed(admin_password="first password")
    assert not Profile.objects.exists()
