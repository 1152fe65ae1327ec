"""Whoever had an address is told of everything for 30 days after it was replaced, however many came since."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from careid.people import replaced
from careid.people.models import Profile
from careid.people.replaced import Replaced
from careid.post import jobs
from careid.storing import crypto
from desk.scope import is_own
from profiles import emails, numbers
from tests.desk.door.admins import role
from tests.visitors import post

pytestmark = pytest.mark.django_db
BY = {"by": "admin:7", "reason": "correction"}
NUMBER = "PP999901C"  # made up: PP is never issued
COLUMNS = "user_id,given_name,family_name,email,national_insurance_number,organisation_code,identity_level"


def after(**units):
    return time_machine.travel(timezone.now() + timedelta(**units))


def move(person, *addresses):
    for address in addresses:
        emails.change_email(profile=person, email=address, **BY)


def load(tmp_path, *rows):
    file = tmp_path / "people.csv"
    file.write_text("\n".join([COLUMNS, *rows]))
    call_command("import_profiles", str(file), stdout=StringIO(), stderr=StringIO())


def row(person, *, email, nino=""):
    return f"{person.user_id},{person.given_name},{person.family_name},{email},{nino},RX1,3"


def told():
    return sorted(mail.to[0] for mail in post())


def test_a_second_and_a_third_change_take_nobody_off_what_comes_after(person):
    first = person.email
    move(person, "b@example.nhs.uk", "c@example.nhs.uk", "d@example.nhs.uk")
    post()
    numbers.set_number(profile=person, number=NUMBER, **BY)
    assert told() == [first, "b@example.nhs.uk", "c@example.nhs.uk", "d@example.nhs.uk"]


def test_each_is_told_for_thirty_days_of_its_own(person):
    first = person.email
    move(person, "b@example.nhs.uk")
    with after(days=20):
        move(person, "c@example.nhs.uk")
    with after(days=29, hours=23):
        assert replaced.addresses(person) == sorted([first, "b@example.nhs.uk", "c@example.nhs.uk"])
    with after(days=31):
        assert replaced.addresses(person) == ["b@example.nhs.uk", "c@example.nhs.uk"]
    with after(days=51):
        assert replaced.addresses(person) == ["c@example.nhs.uk"]


def test_an_address_that_came_back_is_told_once_whatever_its_letters(person):
    first = person.email
    move(person, "b@example.nhs.uk")
    Profile.objects.filter(pk=person.pk).update(email=first.upper())
    assert replaced.addresses(Profile.objects.get()) == sorted([first.upper()])


def test_what_the_release_before_replaced_is_told_and_no_second_change_takes_it_off(make_person):
    person = make_person(previous_email="before@example.nhs.uk", email_changed_at=timezone.now() - timedelta(days=29))
    assert replaced.addresses(person) == sorted(["before@example.nhs.uk", person.email])
    move(person, "b@example.nhs.uk")
    assert "before@example.nhs.uk" in told()
    with after(days=2):
        assert "before@example.nhs.uk" not in replaced.addresses(person)


def test_a_file_takes_nobody_off_either(person, make_person, tmp_path):
    before = make_person(previous_email="before@example.nhs.uk", email_changed_at=timezone.now() - timedelta(days=9))
    first, second, number = person.email, before.email, before.nino_fingerprint
    move(person, "b@example.nhs.uk")
    load(tmp_path, row(person, email="c@example.nhs.uk"), row(before, email="e@example.nhs.uk", nino=NUMBER))
    rows = Profile.objects.filter(pk__in=[person.pk, before.pk])
    assert replaced.addresses_of(rows) == {
        person.pk: sorted([first, "b@example.nhs.uk", "c@example.nhs.uk"]),
        before.pk: sorted(["before@example.nhs.uk", second, "e@example.nhs.uk"]),
    }
    assert Replaced.objects.filter(profile=before).exclude(nino_fingerprint=None).get().nino_fingerprint == number


def test_many_are_looked_up_in_one_statement_and_who_was_not_changed_lately_in_none(
    make_person, django_assert_num_queries
):
    people = [make_person() for _ in range(3)]
    with django_assert_num_queries(0):
        assert replaced.addresses_of(people) == {one.pk: [one.email] for one in people}
    move(people[0], "b@example.nhs.uk")
    with django_assert_num_queries(1):
        replaced.addresses_of(people)


def test_a_number_that_is_replaced_is_kept_as_its_fingerprint(person):
    numbers.set_number(profile=person, number=NUMBER, **BY)
    kept = Replaced.objects.get()
    assert (kept.email, kept.nino_fingerprint) == (None, crypto.fingerprint(person.nino))


def test_who_had_an_address_twice_replaced_is_still_oneself(person, organisation):
    mine = role("RA agent", organisation, email=person.email)
    move(person, "b@example.nhs.uk", "c@example.nhs.uk")
    assert is_own(mine.user, Profile.objects.get())


def test_after_thirty_days_what_was_replaced_is_deleted(person):
    move(person, "b@example.nhs.uk")
    with after(days=29, hours=23):
        jobs.purge.func(timestamp=0)
        assert Replaced.objects.count() == 1
    with after(days=30, hours=1):
        jobs.purge.func(timestamp=0)
        assert not Replaced.objects.exists()
