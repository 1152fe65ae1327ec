"""What is settled is sealed, without a lock on those who write; what comes late is sealed late and is no alarm."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import InterfaceError, connection, transaction
from django.utils import timezone

from careid.serving.logs import Line
from careid.storing import database
from careid.trail.models import Event, Seal
from careid.trail.seals import jobs, sealing, verifying
from tests.careid.trail.seals.conftest import sql
from tests.environment import key
from tests.threads import together

pytestmark = pytest.mark.django_db


def test_it_seals_what_is_there_once(happen, small):
    happen(7)
    assert sealing.seal() == 7
    assert sealing.seal() == 0
    assert list(Seal.objects.order_by("number").values_list("number", "count")) == [(1, 3), (2, 3), (3, 1)]
    happen(1)
    assert sealing.seal() == 1
    assert verifying.verify().found == []


def test_where_nothing_happened_nothing_is_sealed(db):
    assert sealing.seal() == 0
    assert verifying.verify().found == verifying.stale() == []


def test_each_seal_is_told_to_the_log(happen, caplog):
    happen(2)
    with caplog.at_level(logging.INFO):
        sealing.seal()
    noted = sealing.number_and_mac(Seal.objects.get())
    assert noted in [json.loads(Line().format(record)).get("seal") for record in caplog.records]


@contextmanager
def someone_writing(happen):
    """A transaction in another connection that has added one event and is not committed; `end` ends it."""
    began, go = Signal(), Signal()

    def write():
        try:
            with transaction.atomic(), database.patiently():
                happen(1)
                began.set()
                go.wait(60)
        finally:
            connection.close()

    thread = Thread(target=write)
    thread.start()
    assert began.wait(60)

    def end():
        go.set()
        thread.join()

    try:
        yield end
    finally:
        end()


@pytest.mark.django_db(transaction=True)
def test_one_who_commits_late_with_a_lower_sequence_is_neither_lost_nor_an_alarm(happen, caplog):
    happen(2)
    with someone_writing(happen) as end:
        [last] = happen(1)
        assert Event.objects.count() == 3  # one of a lower sequence is not there yet
        assert sealing.seal(patience=0.2) == 0
        assert "a transaction takes long to write to it" in caplog.text
        end()
    assert sealing.seal() == 4
    happen(1)
    assert sealing.seal() == 1
    assert Event.objects.filter(sequence__lt=last.sequence).count() == 3
    report = verifying.verify()
    assert (report.found, report.events) == ([], 5)


@pytest.mark.django_db(transaction=True)
def test_it_waits_only_for_those_who_were_writing_when_it_came(happen, monkeypatch):
    happen(2)
    came, writers = Signal(), sealing._writers
    monkeypatch.setattr(sealing, "_writers", lambda: (writers(), came.set())[0])

    def seal():
        try:
            return sealing.seal(patience=60)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, someone_writing(happen) as first_ends:
        [last] = happen(1)
        sealing_now = pool.submit(seal)
        assert came.wait(60)
        with someone_writing(happen):
            first_ends()
            assert sealing_now.result(60) == 4
        assert Seal.objects.get().last == last.sequence
    assert sealing.seal() == 1
    assert verifying.verify().found == []


@pytest.mark.django_db(transaction=True)
def test_one_who_rolls_back_leaves_a_gap_and_no_alarm(happen):
    happen(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        happen(3)
        raise RuntimeError
    happen(1)
    assert sealing.seal() == 2
    report = verifying.verify()
    assert (report.found, report.events) == ([], 2)
    assert (
        Event.objects.order_by("-sequence").first().sequence - Event.objects.order_by("sequence").first().sequence == 4
    )


@pytest.mark.django_db(transaction=True)
def test_nobody_who_writes_waits_for_it(happen):
    happen(3)
    with transaction.atomic():
        sealing.seal()
        sql_elsewhere = Thread(target=lambda: (happen(1), connection.close()))
        sql_elsewhere.start()
        sql_elsewhere.join(5)
        assert not sql_elsewhere.is_alive()


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_makes_the_seal(happen, small):
    happen(30)
    assert sum(together([sealing.seal] * 4)) == 30
    report = verifying.verify()
    assert (report.found, report.events) == ([], 30)


def test_what_waits_for_two_minutes_is_an_alarm(happen, small):
    happen(2)
    sealing.seal()
    assert verifying.stale() == []
    Event.objects.create(name="command.run", actor="x", outcome="ok", at=timezone.now() - timedelta(seconds=110))
    assert verifying.stale() == []
    Event.objects.create(name="command.run", actor="x", outcome="ok", at=timezone.now())
    Event.objects.create(name="command.run", actor="x", outcome="ok", at=timezone.now() - timedelta(seconds=130))
    assert verifying.stale() == []  # the oldest by sequence tells: a time can be made up
    sealing.seal()
    Event.objects.create(name="command.run", actor="x", outcome="ok", at=timezone.now() - timedelta(seconds=130))
    assert "no event was sealed: see that a worker runs, with CAREID_SEAL_KEYS" in verifying.stale()[0]


def test_a_backlog_of_days_is_sealed_without_an_alarm(happen, small):
    for days in range(9, 0, -1):
        Event.objects.create(name="command.run", actor="x", outcome="ok", at=timezone.now() - timedelta(days=days))
    assert sealing.seal() == 9
    assert verifying.verify().found == []


def test_a_new_first_key_seals_and_the_old_one_still_verifies(happen, settings):
    happen(1)
    sealing.seal()
    old = settings.SEAL_KEYS
    settings.SEAL_KEYS = f"{key('s2')},{old}"
    happen(1)
    sealing.seal()
    assert list(Seal.objects.order_by("number").values_list("key_id", flat=True)) == ["s1", "s2"]
    assert verifying.verify().found == []
    settings.SEAL_KEYS = settings.SEAL_KEYS.partition(",")[0]
    assert "sealed with key s1, which CAREID_SEAL_KEYS lacks" in verifying.verify().found[0]


def test_no_row_of_the_queue_decides_whether_it_is_sealed(happen):
    from procrastinate.contrib.django import app

    assert "careid.seal" not in {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    happen(1)
    jobs.seal.func(timestamp=0)  # what the release before queued is done all the same
    assert Seal.objects.get().count == 1


def test_a_database_that_fails_it_is_said_and_tried_again(happen, caplog):
    happen(1)
    with transaction.atomic():
        sql("SET LOCAL TRANSACTION READ ONLY")
        jobs.seal_what_is_settled()
        transaction.set_rollback(True)
    assert "the database failed it" in caplog.text
    jobs.seal_what_is_settled()
    assert Seal.objects.count() == 1


def test_a_connection_that_its_driver_does_not_know_any_more_ends_no_worker(happen, monkeypatch, caplog):
    happen(1)
    monkeypatch.setattr(connection, "cursor", _no_cursor)
    jobs.seal_what_is_settled()
    assert "the database failed it" in caplog.text


def _no_cursor():
    raise InterfaceError


def test_a_worker_without_the_key_says_so_and_goes_on(happen, settings, caplog):
    settings.SEAL_KEYS = ""
    happen(1)
    jobs.seal.func(timestamp=0)
    assert not Seal.objects.exists()
    assert "this worker has no CAREID_SEAL_KEYS" in caplog.text


def test_it_reads_the_locks_of_this_database_alone(happen):
    assert sealing._writers() == set()
    assert sql(sealing.WRITERS.replace("AND pid IS DISTINCT FROM pg_backend_pid()", "")) == []
    happen(1)
    assert len(sql(sealing.WRITERS.replace("AND pid IS DISTINCT FROM pg_backend_pid()", ""))) == 1
