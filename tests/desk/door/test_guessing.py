"""Guessing at the door: five wrong tries, then a lock that doubles, by account and by address, before any hash."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from careid.limits import counting, limits
from careid.limits.models import LimitCount
from careid.storing import crypto
from careid.trail.models import Event
from tests.desk.door.admins import PASSWORD
from tests.threads import at_once


@pytest.fixture
def hashes(monkeypatch):
    """How many passwords were hashed."""
    seen = []
    real = crypto.Argon2id.verify
    monkeypatch.setattr(crypto.Argon2id, "verify", lambda self, *a: seen.append(1) or real(self, *a))
    encode = crypto.Argon2id.encode
    monkeypatch.setattr(crypto.Argon2id, "encode", lambda self, *a: seen.append(1) or encode(self, *a))
    return seen


@pytest.fixture
def account(db):
    return User.objects.create_superuser("rita@example.nhs.uk", password=PASSWORD).username


def guess(name, password="wrong", address="192.0.2.1", **extra):
    return Client(REMOTE_ADDR=address).post("/admin/login/", {"username": name, "password": password}, **extra)


def events(name):
    return list(Event.objects.filter(name=name).order_by("sequence"))


def test_an_account_is_locked_after_five_wrong_tries_from_anywhere(hashes, account):
    statuses = [guess(account, address=f"192.0.2.{number}").status_code for number in range(1, 7)]
    assert statuses == [422] * 5 + [429]
    before = len(hashes)
    right, wrong = guess(account, PASSWORD, "198.51.100.9"), guess(account, "wrong", "198.51.100.9")
    assert (right.status_code, wrong.status_code) == (429, 429)
    assert right.content == wrong.content
    assert len(hashes) == before
    assert 0 < int(right["Retry-After"]) <= 900
    assert guess("other@example.nhs.uk", address="198.51.100.9").status_code == 422
    [locked] = events("admin.locked")
    assert locked.details == {"admin": User.objects.get().pk}
    assert [event.reason for event in events("admin.sign_in_refused")] == ["password"] * 6


def test_an_address_is_locked_after_five_wrong_tries_at_anything(hashes, account):
    statuses = [guess(f"made-up-{number}").status_code for number in range(6)]
    assert statuses == [422] * 5 + [429]
    before = len(hashes)
    assert guess(account, PASSWORD).status_code == 429
    assert len(hashes) == before
    assert guess(account, PASSWORD, "198.51.100.9").status_code == 302


def test_the_address_is_the_one_behind_our_own_proxies(account, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(6):
        guess(f"made-up-{number}", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.7")
    assert guess(account, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 429
    assert guess(account, PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.8").status_code == 302


def test_a_hospital_s_network_has_ten_times_the_room(account, settings):
    settings.TRUSTED_NETWORKS = ["192.0.2.0/24"]
    assert {guess(f"made-up-{number}").status_code for number in range(12)} == {422}


def test_the_lock_doubles(account):
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for turn in range(4):
            tries = [guess(account, address=f"192.0.{turn}.{number}").status_code for number in range(6)]
            assert tries == [422] * 5 + [429], turn
            wait = int(guess(account, address=f"192.1.{turn}.1")["Retry-After"])
            waits.append(round(wait / 60))
            clock.shift(timedelta(seconds=wait - 2))
            assert guess(account, address=f"192.2.{turn}.1").status_code == 429
            clock.shift(timedelta(seconds=3))
    assert waits == [15, 30, 60, 120]
    assert (len(limits.SIGN_IN_NAME), limits.SIGN_IN_NAME[-1].window) == (6, timedelta(minutes=15 * 63))


def test_hammering_at_a_lock_makes_it_no_longer_and_leaves_no_more_events(account):
    for _ in range(6):
        guess(account)
    count = Event.objects.count()
    until = int(guess(account)["Retry-After"])
    for _ in range(20):
        assert int(guess(account)["Retry-After"]) <= until
    assert Event.objects.count() == count


def test_a_right_password_is_not_counted_and_forgives_nothing(account):
    for _ in range(8):
        assert guess(account, PASSWORD).status_code == 302
    for _ in range(4):
        guess(account)
    assert guess(account, PASSWORD).status_code == 302
    assert [guess(account).status_code for _ in range(2)] == [422, 429]


def test_neither_name_nor_address_is_kept_in_clear(account):
    guess(account)
    stored = b"".join(bytes(row.subject) for row in LimitCount.objects.all())
    assert b"rita" not in stored
    assert LimitCount.objects.filter(limit__startswith="sign_in_").count() == 12


def test_in_shadow_mode_nobody_is_locked(account, settings):
    settings.LIMITS = "shadow"
    assert {guess(account).status_code for _ in range(8)} == {422}


def test_a_passkey_is_not_judged_while_a_lock_stands(admin):
    admin.enrol()
    admin.client = Client()
    admin.type_password()
    options = admin.options_to_use()
    for number in range(6):
        guess(admin.email, address=f"192.0.2.{number}")
    answer = admin.use_passkey(options)
    assert (answer.status_code, "locked" in answer.content.decode()) == (429, True)
    assert 0 < int(answer["Retry-After"]) <= 900
    assert not admin.is_in()
    counting.forget(*((limit, admin.email) for limit in limits.SIGN_IN_NAME))
    assert admin.use_passkey(options)["Location"] == "/admin/"  # the challenge was not spent on it


@pytest.mark.django_db(transaction=True)
def test_forty_guesses_at_once_are_five(hashes):
    account = User.objects.create_superuser("rita@example.nhs.uk", password=PASSWORD).username
    counting.hit((limits.SIGN_IN_NAME[0], account))
    hashes.clear()
    held = LimitCount.objects.filter(limit="sign_in_name_1")
    calls = [lambda number=number: guess(account, address=f"192.0.2.{number}").status_code for number in range(12)]
    statuses = at_once(calls, held=held)
    assert sorted(statuses) == [422] * 4 + [429] * 8
    assert len(hashes) == 4
