"""What limits hold back on one person's details, and lifting it."""

import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from careid.limits import counting, limits, own
from profiles import locks
from tests import kinds
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


@pytest.fixture
def of_a_kind(monkeypatch):
    """A kind that counts wrong tries of somebody's signing in, in two steps, and a row of them that never ends."""
    steps = [limits.Limit("made_up_1", 2, timedelta(minutes=15)), limits.Limit("made_up_2", 4, timedelta(minutes=45))]
    row = limits.Limit("made_up_row", 6, limits.FOR_EVER)
    monkeypatch.setattr(limits, "ALL", limits.ALL | {one.name: one for one in (*steps, row)})
    monkeypatch.setattr(counting, "ALL", limits.ALL)
    limits.modes.cache_clear()

    def held(profile):
        words = dict.fromkeys(steps, "wrong tries to sign in") | {row: "wrong tries in a row"}
        return [own.Held(limit, str(profile.pk), said) for limit, said in words.items()]

    monkeypatch.setattr(sys.modules[__name__], "held", held, raising=False)
    some = kinds.some_kind()
    monkeypatch.setitem(locks.KINDS, some, replace(locks.KINDS[some], locks=f"{__name__}.held"))
    yield lambda profile: counting.hit(*((one.limit, one.subject) for one in held(profile)))
    limits.modes.cache_clear()


def test_what_a_kind_counts_of_signing_in_is_locked_and_lifted_with_the_rest(person, make_person, of_a_kind):
    other = make_person()
    for _ in range(5):
        of_a_kind(person)
        of_a_kind(other)
    [stands] = locks.of(person)
    assert stands.words == "wrong tries to sign in"
    assert stands.until > timezone.now() + timedelta(minutes=44)  # the step that ends last, told once
    for _ in range(2):
        of_a_kind(person)
    assert [(lock.words, lock.until is None) for lock in locks.of(person)][-1] == ("wrong tries in a row", True)
    assert locks.lift(profile=person, reason="attack_over", **BY) == 3
    assert (locks.of(person), len(locks.of(other))) == ([], 1)
