"""What limits hold back on one person's details, and lifting it."""

import pytest
from django.utils import timezone

from careid.limits import counting, limits, own
from profiles import locks
from tests.visitors import post

pytestmark = pytest.mark.django_db
BY = {"by": "admin:7", "note": "Seen in person"}


def test_a_lock_stands_until_it_is_lifted_and_the_person_is_told(person, make_visitor, the_event):
    for _ in range(7):
        make_visitor().details(person)
    stand = locks.of(person)
    assert {lock.limit for lock in stand} == {limits.DETAILS_PAIR_HOUR, limits.CODE_SENDS_HOUR}
    assert all(lock.until > timezone.now() for lock in stand)
    post()
    assert locks.lift(profile=person, reason="person_confirmed", **BY) > 0
    assert locks.of(person) == []
    assert make_visitor().details(person).status_code == 302
    assert next(mail.subject for mail in post()) == "Care ID: you can try again"
    assert the_event("limit.lifted")[2]["note"] == BY["note"]


def test_silent_locks_stand_there_too_and_a_profile_with_nothing_on_it_has_none(person, make_person):
    for _ in range(11):
        counting.hit((limits.DETAILS_EMAIL_HOUR, person.email), (limits.DETAILS_NINO_HOUR, person.nino_fingerprint))
    assert {lock.limit for lock in locks.of(person)} == {limits.DETAILS_EMAIL_HOUR, limits.DETAILS_NINO_HOUR}
    assert locks.of(make_person(email=None, nino="")) == []


def test_a_lock_without_an_end_says_so(person):
    pair = own.pair(person.email, person.nino_fingerprint).hex()
    for _ in range(101):
        counting.hit((limits.CODE_WRONG_IN_A_ROW, pair))
    assert [lock.until for lock in locks.of(person)] == [None]


def test_guesses_are_not_set_to_nought_before_they_lock(person):
    pair = (limits.DETAILS_PAIR_HOUR, own.pair(person.email, person.nino_fingerprint).hex())
    counting.hit(pair)
    assert locks.lift(profile=person, reason="mistake", **BY) == 0
    for _ in range(limits.DETAILS_PAIR_HOUR.most - 1):
        counting.hit(pair)
    assert locks.of(person) == []
    counting.hit(pair)
    assert locks.lift(profile=person, reason="mistake", **BY) > 0
    assert [mail.subject for mail in post()] == ["Care ID: you can try again"]
