"""How long Postgres is waited for, and what a visitor is told while it can't be used."""

import time

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.models.signals import pre_migrate
from django.test import Client
from procrastinate.jobs import Job

from authenticators.models import Authenticator
from careid.post import jobs
from careid.post.models import Mail
from careid.storing import database
from careid.trail.models import Event
from enrolment.models import Attempt
from tests import kinds
from tests.databases import elsewhere
from tests.visitors import ORIGIN, Visitor, newest_code

NAMES = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END$$;
"""


def limits():
    with connection.cursor() as cursor:
        return [cursor.execute(f"SHOW {name}").fetchone()[0] for name in NAMES]


@pytest.fixture
def visitor(transactional_db):
    return Visitor(Client(raise_request_exception=False))


@pytest.fixture
def full():
    """Lets no row into any table, as a disk without room; then makes room."""

    def switch(word):
        with connection.cursor() as cursor:
            tables = [name for name in connection.introspection.table_names() if name.startswith(OURS)]
            if word == "on":
                cursor.execute(FULL)
            for table in tables:
                end = "BEFORE INSERT OR UPDATE" if word == "on" else "IF EXISTS a_full_disk"
                what = "CREATE TRIGGER a_full_disk" if word == "on" else "DROP TRIGGER"
                cursor.execute(f"{what} {end} ON {table}{' EXECUTE FUNCTION full_disk()' if word == 'on' else ''}")
            if word == "off":
                cursor.execute("DROP FUNCTION IF EXISTS full_disk")

    yield switch
    switch("off")


OURS = ("careid_", "enrolment_", "authenticators_", "captcha_", "procrastinate_jobs")


def assert_away(response):
    assert response.status_code == 503
    page = response.content.decode()
    assert 'data-page="error"' in page
    assert 'data-reason="503"' in page
    assert response.headers["Retry-After"] == "10"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_every_connection_gives_up_soon():
    assert limits() == ["2500ms", "1s", "5s"]


def test_what_the_address_of_the_database_says_itself_wins():
    assert database.options("-c statement_timeout=9s").endswith(
        "idle_in_transaction_session_timeout=5s -c statement_timeout=9s"
    )
    assert "lock_timeout=1s" in database.options("")


@pytest.mark.django_db(transaction=True)
def test_work_on_many_rows_is_waited_for_and_then_the_limits_stand_again():
    with database.patiently():
        assert limits() == ["0", "0", "0"]
    assert limits() == ["2500ms", "1s", "5s"]
    with pytest.raises(OperationalError), database.patiently(for_locks=False):
        assert limits() == ["0", "1s", "0"]
        raise OperationalError
    assert limits() == ["2500ms", "1s", "5s"]
    with pytest.raises(OperationalError), transaction.atomic(), database.patiently(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        cursor.execute("SELECT pg_sleep(1)")
    assert limits() == ["2500ms", "1s", "5s"]


@pytest.mark.django_db
def test_a_migration_may_take_its_time_but_not_queue_for_a_lock():
    found = []

    def look(**_):
        found.append(limits())

    pre_migrate.connect(look)
    try:
        call_command("migrate", "enrolment", verbosity=0)
    finally:
        pre_migrate.disconnect(look)
    assert found[0] == ["0", "1s", "0"]
    assert limits() == ["2500ms", "1s", "5s"]


@pytest.mark.parametrize("name", ["statement_timeout", "lock_timeout"])
def test_what_takes_too_long_is_an_answer_in_words(name, visitor):
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = 0; SET {name} = '50ms'")
    try:
        with elsewhere() as other:
            other.execute("LOCK TABLE careid_limitcount")
            assert_away(visitor.client.get("/details/"))
        with connection.cursor() as cursor:  # which a busy machine may need
            cursor.execute(f"RESET {name}")
        assert visitor.client.get("/details/").status_code == 200
    finally:
        connection.close()
        connection.close_pool()  # with it goes what was set


@pytest.mark.parametrize("table", ["procrastinate_jobs", "careid_mail"])
def test_where_a_mail_cant_be_queued_nothing_is_done_and_the_answer_is_in_words(table, visitor, person):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        with elsewhere() as other:
            other.execute(f"LOCK TABLE {table}")
            assert_away(visitor.details(person))
        assert not Attempt.objects.exists()
    finally:
        connection.close()
        connection.close_pool()


def test_where_the_desks_session_cant_be_kept_the_answer_says_so_and_not_that_it_was_ended(
    transactional_db, admin_client
):
    admin_client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        with elsewhere() as other:
            other.execute("LOCK TABLE django_session IN EXCLUSIVE MODE")
            assert_away(admin_client.get("/admin/"))
        with elsewhere() as other:
            other.execute("DELETE FROM django_session")
        assert admin_client.get("/admin/").status_code == 302
    finally:
        connection.close()
        connection.close_pool()


def test_a_transaction_that_idles_is_ended_and_that_is_an_answer_in_words(visitor, person, monkeypatch):
    def dawdle(*_, **__):
        time.sleep(0.1)

    monkeypatch.setattr("enrolment.attempts.record", dawdle)
    with connection.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = '20ms'")
    try:
        assert_away(visitor.details(person))
    finally:
        connection.close()
        connection.close_pool()


@pytest.mark.parametrize("how", ["reads_only", "full"])
def test_while_nothing_can_be_written_nothing_is_acknowledged(how, visitor, person, request):
    switch = request.getfixturevalue(how)
    pages = kinds.pages(kinds.some_kind()).items()
    steps = (
        ("/details/", lambda: {"email": person.email, "national_insurance_number": person.nino}),
        ("/code/", lambda: {"code": newest_code()}),
        *((path, lambda path=path, answer=answer: answer(visitor.page(path), ORIGIN)) for path, answer in pages),
    )
    for path, form in steps:
        typed = form()
        before = count()
        switch("on")
        assert_away(visitor.client.post(path, typed))
        assert count() == before
        switch("off")
        assert visitor.client.post(path, typed).status_code == 302, path
    done = Authenticator.objects.get()
    for path, typed in (
        (f"/authenticators/{done.pk}/done/", {"name": "Work"}),
        (f"/authenticators/{done.pk}/undo/", {}),
        ("/restart/", {}),
    ):
        switch("on")
        assert_away(visitor.client.post(path, typed))
        switch("off")
    assert Authenticator.objects.get().state == "active"


def count():
    return [model.objects.count() for model in (Attempt, Authenticator, Event, Mail)]


def test_a_job_that_the_database_failed_comes_back():
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="careid.deliver")
    again = jobs.AsItAsks().get_retry_decision(exception=OperationalError("away"), job=job)
    assert again.retry_at is not None
