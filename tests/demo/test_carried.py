"""What the demo's people have from the start."""

import pytest
from django.contrib.auth.hashers import check_password
from django.utils import timezone

from authenticators.models import Authenticator, Report
from careid.people.models import Profile
from careid.post.models import Mail
from careid.trail.models import Event
from demo import carried, people
from demo.provider_accounts import LINKED, OWNED
from tests.demo.seeding import PASSWORD, seed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _seeded(db, settings):
    settings.DEMO = True
    settings.NHSNET_TENANT_ID = "6c3b1c9e-0000-4000-8000-000000000001"
    seed()


def of(person):
    return Authenticator.objects.filter(profile__user_id=person.user_id)


def test_each_account_is_linked_to_the_person_whose_name_and_address_it_has():
    linked = Authenticator.objects.filter(kind="nhsnet").select_related("profile")
    assert {(f"{one.profile.given_name} {one.profile.family_name}", one.profile.email) for one in linked} == {
        (account.name, account.address) for account in OWNED
    }
    assert linked.get(external_id__endswith=LINKED.oid).profile.user_id == people.MORE[0].user_id


def test_each_person_has_an_app_whose_key_is_their_own_and_the_password_that_is_told():
    apps = [of(person).get(kind="totp") for person in people.TO_SIGN_IN]
    assert len({app.material["key"] for app in apps}) == len(people.TO_SIGN_IN)
    assert check_password(PASSWORD, apps[0].material["password"])


def test_they_stand_as_it_is_said_of_them():
    now = timezone.now()
    works, held, suspended, reported, outside = people.TO_SIGN_IN
    assert [of(person).usable(now).count() for person in people.TO_SIGN_IN] == [2, 0, 0, 2, 2]
    assert of(held).on_hold(now + carried.HOLD / 2).count() == 2
    assert of(suspended).filter(state="suspended").count() == 2
    assert Report.objects.get(closed_at=None).profile.user_id == reported.user_id
    assert Profile.objects.get(reported_at__isnull=False).user_id == reported.user_id
    in_the_beta = [Profile.objects.get(user_id=one.user_id).organisation.nhsnet_beta for one in (works, outside)]
    assert in_the_beta == [True, False]


def test_each_has_its_events_and_nobody_is_mailed_of_it():
    added = Event.objects.filter(name="authenticator.added").values_list("authenticator_id", flat=True)
    assert set(added) == set(Authenticator.objects.values_list("pk", flat=True))
    assert Event.objects.filter(name="authenticator.suspended").count() == 2
    assert not Mail.objects.filter(template__startswith="authenticator").exists()


def test_what_was_taken_away_does_not_come_back_with_the_next_start():
    Authenticator.objects.update(state="revoked", state_reason="lost")
    seed()
    assert not Authenticator.objects.live().exists()
