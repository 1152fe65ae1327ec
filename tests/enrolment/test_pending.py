"""What is kept between two requests: of two at once one gets it, and what a refusal has counted stays counted."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from careid.errors import Refused
from careid.storing import database
from enrolment import pending
from enrolment.models import Attempt
from tests.threads import at_once, patient_connections

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(visitor, person):
    visitor.verify(person)
    pending.change(Attempt.objects.get(), "key", lambda _: {"taken": False})
    return Attempt.objects.get()


def one_more(entry):
    return {**entry, "count": entry.get("count", 0) + 1}


def test_a_change_is_one_statement_and_leaves_the_other_kinds_entries_alone(attempt):
    with CaptureQueriesContext(connection) as asked:
        assert pending.change(attempt, "app", one_more) == {}
    assert len(asked) == 1
    assert Attempt.objects.get().pending == {"key": {"taken": False}, "app": {"count": 1}}


def test_what_somebody_else_wrote_since_is_changed_and_not_written_over(attempt):
    second = Attempt.objects.get()
    assert pending.read(second, "key") == pending.read(attempt, "key")  # both have read it
    pending.change(attempt, "key", one_more)
    assert pending.change(second, "key", one_more) == {"taken": False, "count": 1}
    assert pending.read(Attempt.objects.get(), "key") == {"taken": False, "count": 2}


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_one_takes_it(attempt):
    def take():
        return pending.change(Attempt.objects.get(), "key", lambda _: {"taken": True})["taken"]

    assert sorted(at_once([take] * 10, held=Attempt.objects.all())) == [False, *[True] * 9]


@pytest.mark.parametrize("read_before", [True, False])
def test_nothing_is_kept_once_something_was_added(read_before, attempt):
    if read_before:
        pending.read(attempt, "key")
    Attempt.objects.update(pending=None)
    if not read_before:
        attempt = Attempt.objects.get()
    assert pending.change(attempt, "key", one_more) == {}
    with pending.held(attempt, "key") as (_, entry):
        entry["count"] = 1
    assert Attempt.objects.get().pending is None


def test_what_a_refusal_has_counted_is_kept_and_a_fault_keeps_nothing(attempt):
    def count(fault):
        with pending.held(attempt, "key") as (_, entry):
            entry["count"] = entry.get("count", 0) + 1
            raise fault

    with pytest.raises(Refused, match="wrong"):
        count(Refused("wrong"))
    with pytest.raises(ZeroDivisionError):
        count(ZeroDivisionError())
    assert pending.read(Attempt.objects.get(), "key") == {"taken": False, "count": 1}


@pytest.mark.django_db(transaction=True)
def test_who_waits_longer_than_a_lock_gives_the_connection_back_and_gets_a_turn(attempt, monkeypatch):
    begun, enough, let_go = Event(), Event(), database.let_go

    def hold():
        with transaction.atomic():
            list(Attempt.objects.select_for_update())
            begun.set()
            assert enough.wait(60)
        connection.close()

    with patient_connections("-c lock_timeout=50ms"), ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert begun.wait(60)
        monkeypatch.setattr(database, "let_go", lambda: (let_go(), enough.set(), holding.result(60)))
        with pending.held(attempt, "key") as (fresh, entry):
            entry["taken"] = fresh.pk == attempt.pk
        assert enough.is_set()
    assert pending.read(Attempt.objects.get(), "key") == {"taken": True}
