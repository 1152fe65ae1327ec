"""A change of keys sheds no lock, leaves none that the desk can't lift, and tells no match from no match."""

import base64
import secrets

import pytest

from careid.limits import counting, limits, own
from careid.limits.models import LimitCount
from careid.people.models import Profile
from careid.storing import crypto
from profiles import locks
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
RINGS = ("KEYS", "INDEX_KEYS")
FOR_EVER = limits.CODE_WRONG_IN_A_ROW


@pytest.fixture
def ring(settings):
    """Of a ring: put a new key first, and let the last one go."""

    class Ring:
        def renew(self, name):
            key = f"n{secrets.randbelow(1000)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"
            setattr(settings, name, f"{key},{getattr(settings, name)}")

        def drop_the_last(self, name):
            setattr(settings, name, getattr(settings, name).rpartition(",")[0])

    return Ring()


def answers(details, times=1):
    return [Visitor().details(**details).status_code for _ in range(times)]


def details_of(kind, person):
    return {"email": person.email if kind == "match" else "nobody@example.nhs.uk", "nino": person.nino}


@pytest.mark.parametrize("kind", ["match", "no_match"])
@pytest.mark.parametrize("name", RINGS)
def test_a_lock_outlives_a_new_key_and_the_going_of_the_old_one(name, kind, person, ring):
    details = details_of(kind, person)
    assert answers(details, 7) == [302] * 6 + [429]
    ring.renew(name)
    assert answers(details) == [429]
    Profile.objects.update(nino_fingerprint=crypto.fingerprint(person.nino))  # as the next file of people leaves it
    assert answers(details) == [429]
    ring.drop_the_last(name)
    assert answers(details) == [429]


@pytest.mark.parametrize("name", RINGS)
def test_counts_go_on_where_they_were(name, person, ring):
    details = details_of("match", person)
    assert answers(details, 4) == [302] * 4
    ring.renew(name)
    assert answers(details, 3) == [302] * 2 + [429]


@pytest.mark.parametrize("name", RINGS)
def test_an_address_and_an_account_stay_counted(name, ring):
    counts = ((limits.PICTURE_FAILURES, "192.0.2.1"), (limits.SIGN_IN_NAME[0], "rita@example.nhs.uk"))
    for _ in range(limits.PICTURE_FAILURES.most):
        counting.hit(*counts)
    ring.renew(name)
    assert set(counting.look(*counts, more=1).over) == {limits.PICTURE_FAILURES, limits.SIGN_IN_NAME[0]}
    assert set(counting.hit(*counts).over) == {limits.PICTURE_FAILURES, limits.SIGN_IN_NAME[0]}
    assert counting.forget(*counts) == 2
    assert not LimitCount.objects.exists()


@pytest.mark.parametrize("name", RINGS)
def test_what_is_forgotten_with_a_try_that_is_taken_back_is_forgotten_under_the_older_key_too(name, ring):
    counting.hit((limits.PICTURE_FAILURES, "192.0.2.1"))
    ring.renew(name)
    counting.take_back(forgetting=((limits.PICTURE_FAILURES, "192.0.2.1"),))
    assert not LimitCount.objects.exists()


def locked_for_ever(person, fingerprint):
    for _ in range(FOR_EVER.most + 1):
        counting.hit((FOR_EVER, own.pair(person.email, fingerprint).hex()))


def test_whoever_is_on_file_under_the_old_key_and_locked_under_the_new_is_seen_and_lifted(person, ring):
    ring.renew("INDEX_KEYS")
    locked_for_ever(person, crypto.fingerprint(person.nino))
    assert answers(details_of("match", person)) == [302]
    assert [lock.until for lock in locks.of(person)] == [None]
    locks.lift(profile=person, by="admin:7", reason="person_confirmed")
    assert answers(details_of("match", person)) == [302]
    assert locks.of(person) == []


@pytest.mark.parametrize("name", RINGS)
def test_a_lock_of_before_is_seen_and_lifted_after_a_new_key(name, person, ring):
    locked_for_ever(person, person.nino_fingerprint)
    ring.renew(name)
    for _ in range(2):
        assert [lock.limit for lock in locks.of(person)] == [FOR_EVER]
        answers(details_of("match", person))
    locks.lift(profile=person, by="admin:7", reason="person_confirmed")
    answers(details_of("match", person))
    assert locks.of(person) == []


def test_a_number_that_is_renewed_as_its_person_proves_who_they_are_keeps_the_counts(person, ring):
    ring.renew("INDEX_KEYS")
    details = details_of("match", person)
    assert answers(details, 5) == [302] * 5
    Profile.objects.update(nino_fingerprint=crypto.fingerprint(person.nino))
    assert answers(details, 2) == [302, 429]


def test_the_second_of_two_presses_is_the_first_s_while_keys_are_changed(person, ring, settings):
    settings.CAPTCHA = "always"
    visitor = Visitor()
    picture = visitor.picture()
    details = details_of("match", person) | {"captcha_0": picture.hashkey, "captcha_1": picture.response}
    for name in RINGS:
        ring.renew(name)
    first, second = (one.details(**details) for one in (visitor, visitor.another_window()))
    assert first.url == second.url == "/code/"
    assert first.cookies["careid"].value == second.cookies["careid"].value
