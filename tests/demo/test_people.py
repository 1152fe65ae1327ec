"""The people that the demo starts with."""

import pytest
from django.contrib.auth.models import User

from authenticators.models import Authenticator
from careid.people.models import Organisation, Profile
from careid.people.services import Service
from careid.people.typed import national_insurance_number
from demo import people
from enrolment import identity
from tests.demo.seeding import seed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(db, settings):
    settings.DEMO = True


def find(person):
    return identity.find(email=person.email, nino=national_insurance_number(person.number or "PP 99 99 99 A"))


def test_each_of_the_people_to_try_gets_what_the_demo_says():
    seed()
    assert [find(person).reason for person in people.TO_TRY] == ["", "no_number", "closed"]


def test_everybody_else_can_add_an_authenticator():
    seed()
    assert [person for person in (*people.MORE, *people.TO_SIGN_IN[:3]) if not find(person).profile] == []


def test_a_second_start_changes_nothing_but_the_password():
    seed()
    before = [list(model.objects.order_by("pk").values()) for model in (Organisation, Profile, Service, Authenticator)]
    seed(admin_password="second password")
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Organisation, Profile, Service, Authenticator)
    ]
    everybody = User.objects.order_by("pk")
    assert [user.is_superuser for user in everybody] == [True, False, False]
    assert all(user.check_password("second password") for user in everybody)


def test_a_database_with_people_of_somebody_else_is_told_from_the_demos(person):
    assert people.strangers()
    Profile.objects.all().delete()
    seed()
    assert not people.strangers()


def test_outside_the_demo_nobody_is_made_up(settings):
    settings.DEMO = False
    with pytest.raises(RuntimeError):
        seed()
    assert not Profile.objects.exists()
