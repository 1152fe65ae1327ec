"""Who is on the way to a profile when the demo starts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apply import duplicates
from apply.models import Application, Invitation
from careid.people.models import Profile
from demo import admins, applicants
from tests.demo.seeding import seed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _seeded(db, settings):
    settings.DEMO = True
    settings.USER_ID_RANGE = "999910000001-999910000009"
    seed()
    applicants.seed()


def test_there_is_an_invitation_in_each_state_as_it_is_said_of_each():
    found = {f"{one.given_name} {one.family_name}": one.state for one in Invitation.objects.all()}
    assert found == {one.name: one.state for one in applicants.APPLICANTS}
    assert set(found.values()) == set(Invitation.State.values)


def test_each_was_invited_some_days_ago():
    now = timezone.now()
    for one in applicants.APPLICANTS:
        assert now - Invitation.objects.get(email=one.email).made_at >= timedelta(days=one.days)


def test_two_of_the_applications_that_wait_are_of_one_number():
    waiting = Application.objects.filter(state="waiting").order_by("submitted_at")
    assert [one.given_name for one in waiting] == ["Derek", "Elena", "Ellie"]
    elena = waiting[1]
    assert elena.checked == "in_person"
    everybody = Application.objects.all()
    alike = [one.row.given_name for one in duplicates.applications(elena, among=everybody, by_number=True)]
    assert alike == ["Ellie"]


def test_who_was_approved_has_a_profile_of_the_demos_range():
    made = Profile.objects.get(email=applicants.APPLICANTS[7].email)
    assert (made.user_id, made.identity_level) == ("999910000001", 3)
    assert made.organisation.code == admins.RA_ORGANISATION


def test_a_second_start_invites_nobody_again():
    before = list(Invitation.objects.order_by("pk").values())
    applicants.seed()
    Invitation.objects.filter(state="approved").delete()
    applicants.seed()
    assert list(Invitation.objects.order_by("pk").values()) == [one for one in before if one["state"] != "approved"]
