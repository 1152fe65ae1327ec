"""The National Insurance number on a profile: set and compared."""

import pytest

from careid.errors import Refused
from careid.limits import counting, limits
from careid.people.models import Profile
from careid.storing import crypto
from careid.trail.models import Event
from profiles import numbers
from tests.environment import key
from tests.visitors import post

pytestmark = pytest.mark.django_db
NEW_NUMBER = "PP999901C"  # made up: PP is never issued
BY = {"by": "admin:7", "note": "Seen in person"}


def test_a_number_is_kept_as_a_fingerprint_and_told_to_nobody(person):
    numbers.set_number(profile=person, number=NEW_NUMBER, reason="was_missing", **BY)
    person.refresh_from_db()
    assert person.nino_fingerprint == crypto.fingerprint(NEW_NUMBER)
    everything = str([*Event.objects.values(), *Profile.objects.values()]) + "".join(mail.body for mail in post())
    assert NEW_NUMBER not in everything


def test_a_number_under_an_older_key_is_refused_too(person, make_person, settings):
    other = make_person()
    settings.INDEX_KEYS = f"{key('i2')},{settings.INDEX_KEYS}"
    with pytest.raises(Refused, match="number_taken"):
        numbers.set_number(profile=person, number=other.nino, reason="correction", **BY)


def test_what_the_person_says_is_compared_recorded_and_limited(person):
    assert numbers.matches(profile=person, number=person.nino, by="admin:7") is True
    assert numbers.matches(profile=person, number=NEW_NUMBER, by="admin:7") is False
    checks = Event.objects.filter(name="profile.nino_checked").order_by("sequence")
    assert list(checks.values_list("outcome", "actor")) == [
        ("ok", "admin:7"),
        ("none", "admin:7"),
    ]


@pytest.mark.django_db(transaction=True)
def test_thirty_checks_an_hour_are_an_admins(person):
    for _ in range(limits.NINO_CHECKS.most):
        numbers.matches(profile=person, number=NEW_NUMBER, by="admin:7")
    with pytest.raises(counting.Locked):
        numbers.matches(profile=person, number=NEW_NUMBER, by="admin:7")
    numbers.matches(profile=person, number=NEW_NUMBER, by="admin:8")
