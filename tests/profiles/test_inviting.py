"""Inviting somebody to add an authenticator."""

from datetime import timedelta

import pytest
from django.utils import timezone

from careid.people.models import Profile
from profiles import inviting
from tests.visitors import post

pytestmark = pytest.mark.django_db


def test_an_invitation_holds_no_secret_and_goes_out_once_a_day(person, the_event):
    assert inviting.invite(profile=person, by="admin:7") is True
    assert inviting.invite(profile=person, by="admin:7") is False
    [sent] = post()
    assert "http://localhost/\n" in sent.body
    assert person.user_id not in sent.body
    assert "/not-me/" not in sent.body
    assert the_event("profile.invited")[0] == "admin:7"
    Profile.objects.update(invited_at=timezone.now() - timedelta(days=1, minutes=1))
    assert inviting.invite(profile=person, by="admin:7") is True


@pytest.mark.parametrize("fields", [{"email": None}, {"state": "closed", "closed_reason": "leaver"}])
def test_someone_who_could_not_enrol_is_not_invited(fields, make_person):
    assert inviting.invite(profile=make_person(**fields), by="admin:7") is False
    assert post() == []
