"""Whoever put something on a profile does not bring back what stood there: the change and its undoing are two people's."""

import pytest
from django.utils import timezone

from careid.errors import Refused
from careid.people.models import Profile
from careid.trail.names import EventName
from careid.trail.record import record
from profiles import emails, numbers
from tests.desk.door.admins import role

pytestmark = pytest.mark.django_db
NUMBER = "PP999901C"  # made up: PP is never issued


@pytest.fixture
def mallory(organisation):
    return role("RA manager", organisation)


@pytest.fixture
def colleague(organisation):
    return role("RA manager", organisation)


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_an_address_is_not_changed_back_by_who_changed_it_and_is_by_a_colleague(person, mallory, colleague):
    first, moves = person.email, f"/admin/careid/profile/{person.pk}/email/"
    for address in ("b@example.nhs.uk", "c@example.nhs.uk"):
        assert said(mallory.post(moves, {"email": address, "reason": "correction"}, follow=True)) == [
            "The email address was changed."
        ]
    for address in (first.upper(), "b@example.nhs.uk"):
        back = mallory.post(moves, {"email": address, "reason": "correction"}, follow=True)
        assert said(back)[-1].startswith("Somebody else has to do this")
    assert Profile.objects.get().email == "c@example.nhs.uk"
    back = colleague.post(moves, {"email": first, "reason": "correction"}, follow=True)
    assert said(back) == ["The email address was changed."]


def test_an_address_that_the_release_before_replaced_is_not_changed_back_either(make_person):
    person = make_person(previous_email="before@example.nhs.uk", email_changed_at=timezone.now())
    record(EventName.PROFILE_EMAIL_CHANGED, actor="admin:1", profile=person)
    with pytest.raises(Refused, match="own_change"):
        emails.change_email(profile=person, email="before@example.nhs.uk", by="admin:1", reason="correction")


def test_a_number_is_not_changed_back_by_who_changed_it_and_a_slip_is_corrected(person):
    def put(number, by):
        return numbers.set_number(profile=person, number=number, by=by, reason="correction")

    assert put(NUMBER, "admin:1")
    assert put("PP999902C", "admin:1")  # the slip
    for number in (person.nino, NUMBER):
        with pytest.raises(Refused, match="own_change"):
            put(number, "admin:1")
    assert put(person.nino, "admin:2")
