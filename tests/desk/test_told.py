"""What ends or softens a discovery is told to everybody who had an address of the profile, each by a link of their own."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from authenticators.models import Authenticator
from careid.people.replaced import Replaced
from careid.post.models import Mail
from tests import kinds
from tests.desk.test_duties import DOORS, found_out

pytestmark = pytest.mark.django_db
BEFORE = ("first@example.nhs.uk", "second@example.nhs.uk")


@pytest.fixture
def person(make_person):
    """Somebody whose address was changed twice of late."""
    person = make_person(previous_email=BEFORE[1], email_changed_at=timezone.now() - timedelta(days=9))
    for email, days in zip(BEFORE, (20, 9), strict=True):
        Replaced.objects.create(profile=person, email=email, replaced_at=timezone.now() - timedelta(days=days))
    return person


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_it_is_told_to_each_address_and_each_has_its_own_link(door, person):
    added = Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="x", material={}, added_by="person",
        usable_from=timezone.now() + timedelta(hours=20),
    )  # fmt: skip
    row, everybody = found_out(door, person, added), {*BEFORE, person.email}
    Mail.objects.all().delete()
    assert DOORS[door][1](row, "admin:3")
    told = [mail.content for mail in Mail.objects.all()]
    assert {mail["to"] for mail in told} == everybody | ({"c@example.nhs.uk"} if door[1] == "email" else set())
    links = [re.findall(r"/not-me/([\w-]+)/", mail["body"]) for mail in told]
    assert all(len(found) == 1 for found in links)
    assert len({found[0] for found in links}) == len(told)
