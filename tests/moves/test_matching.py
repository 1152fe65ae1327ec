"""Who of a move's people is on file: found by address, anew as others come, else invited once."""

import pytest
from django.utils import timezone

from apply import inviting
from apply.models import Invitation
from careid.people.models import Organisation, Profile
from moves import matching
from moves.models import Person
from tests.moves import crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def move(organisation):
    return crowd.draft()


def test_a_profile_is_found_by_its_address_among_the_open_ones(move, make_person):
    open_one = make_person(email="Ama@example.NHS.uk")
    make_person(email="bo@example.nhs.uk", state="closed", closed_reason="leaver")
    ama, bo = crowd.join(move, "ama"), crowd.join(move, "bo")
    other = crowd.join(crowd.draft(), "ama")
    assert matching.match(move) == 1
    assert matching.match(move) == 0
    assert Person.objects.get(pk=ama.pk).profile == open_one
    assert Person.objects.filter(pk__in=[bo.pk, other.pk], profile=None).count() == 2


def test_whoever_comes_on_file_later_is_found_then_and_a_new_profile_takes_a_closed_ones_place(move, make_person):
    crowd.join(move, "ama")
    assert matching.match(move) == 0
    first = make_person(email="ama@example.nhs.uk")
    assert matching.match(move) == 1
    Profile.objects.filter(pk=first.pk).update(state="closed", closed_reason="duplicate")
    second = make_person(email="ama@example.nhs.uk")
    assert matching.match(move) == 1
    assert Person.objects.get().profile == second


def test_who_is_found_keeps_their_profile_whatever_its_address_becomes(move, make_person):
    profile = make_person(email="ama@example.nhs.uk")
    crowd.join(move, "ama")
    matching.match(move)
    Profile.objects.filter(pk=profile.pk).update(email="new@example.nhs.uk")
    make_person(email="ama@example.nhs.uk")
    assert matching.match(move) == 0
    assert Person.objects.get().profile == profile


def test_the_profile_that_came_of_an_invitation_is_theirs_under_whatever_address(move, make_person):
    person = crowd.join(move, "ama")
    matching.invite(move)
    profile = make_person(email="other@example.nhs.uk")
    Invitation.objects.update(state="approved", profile=profile, ended_at=timezone.now())
    assert matching.match(move) == 1
    assert Person.objects.get(pk=person.pk).profile == profile


def test_who_is_not_on_file_is_invited_once_by_nobody_of_the_desk(move, make_person, monkeypatch):
    monkeypatch.setattr(matching, "AT_ONCE", 2)
    make_person(email="ama@example.nhs.uk")
    names = ("ama", "bo", "cy", "di", "ed", "fi")
    for name in names:
        crowd.join(move, name)
    matching.match(move)
    assert matching.invite(move) == 5
    assert matching.invite(move) == 0
    assert Invitation.objects.count() == 5
    assert set(Invitation.objects.values_list("by", "reminds", "mail")) == {("system", False, None)}
    people = Person.objects.select_related("invitation")
    assert {one.given_name.lower(): one.invitation and one.invitation.email for one in people} == {
        name: f"{name}@example.nhs.uk" if name != "ama" else None for name in names
    }


def test_whose_profile_was_closed_since_is_not_invited(move, make_person):
    person = make_person(email="ama@example.nhs.uk")
    crowd.join(move, "ama", profile=person)
    Profile.objects.filter(pk=person.pk).update(state="closed", closed_reason="leaver")
    assert matching.invite(move) == 0
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("state", ["sent", "opened", "proved", "submitted"])
def test_whom_the_registration_authority_invited_has_that_invitation(state, move, organisation):
    elsewhere = Organisation.objects.create(code="RX2")
    asked = {"email": "ama@example.nhs.uk", "given_name": "Ama", "family_name": "Sample", "by": "admin:7"}
    theirs = inviting.invite(organisation=organisation, **asked)
    inviting.invite(organisation=elsewhere, **asked)
    Invitation.objects.filter(pk=theirs.pk).update(state=state)
    crowd.join(move, "ama")
    assert matching.invite(move) == 0
    assert Person.objects.get().invitation == theirs


@pytest.mark.parametrize("state", ["rejected", "cancelled", "expired"])
def test_an_invitation_that_led_nowhere_before_is_not_theirs(state, move, organisation):
    asked = {"email": "ama@example.nhs.uk", "given_name": "Ama", "family_name": "Sample", "by": "admin:7"}
    old = inviting.invite(organisation=organisation, **asked)
    Invitation.objects.filter(pk=old.pk).update(state=state, ended_at=timezone.now())
    crowd.join(move, "ama")
    assert matching.invite(move) == 1
    assert Person.objects.get().invitation != old
