"""Sample people, and a visitor without a browser."""

import gc
import os
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from whitenoise.middleware import WhiteNoiseMiddleware

from careid.people.models import Organisation, Profile
from careid.post import delivering
from careid.storing import crypto
from tests import kinds, logged, migrated, reading
from tests.desk.door.admins import signed_in
from tests.visitors import Visitor

NUMBERS = iter(f"PP{number:06}A" for number in range(1, 10_000))  # PP is never issued: made up for the tests
pytest_plugins = ["tests.browser.walk"]  # the kinds' and the door's own tests walk too
MIGRATED = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}


@pytest.fixture(scope="session", autouse=True)
def _nothing_logged_names_anybody():
    """Over the whole run, its web and worker processes included: what a line of the log tells of a person fails it."""
    assert logged.listen()
    yield
    assert logged.found(logged.everything()) == []


@pytest.fixture(scope="session", autouse=True)
def _every_page_that_is_seen_reads_easily():
    """Over the whole run: a page of the journey that a test's client gets, in whatever state, is in plain words."""
    send = Client.request
    with patch.object(Client, "request", lambda client, **asked: reading.see(send(client, **asked))):
        yield
    assert not (hard := reading.hard()), "\n".join(hard)


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Two runs beside each other have a database each, migrated already."""
    settings.DATABASES["default"].setdefault("TEST", {}).update(
        NAME=f"test_careid_{os.environ.get('CAREID_TEST_RUN', 'parts')}", TEMPLATE=migrated.template()
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """At the end the server ends what is left: while Playwright's event loop runs, asgiref keeps another connection."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()"""
        )


@pytest.fixture(autouse=True, scope="session")
def _what_was_imported_is_not_looked_through_again():
    """It lasts as long as the run. Python looks for what may go among the rest, and not as often."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def _cheap_hashes():
    """Nothing here rests on what a password hash costs, but for the test that holds its figures."""
    with patch.multiple(crypto.Argon2id, memory_cost=64, time_cost=1):
        yield


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_listed_once():
    """A client makes the middleware anew; the files that one of them serves are the same for each."""
    listed, list_them = {}, WhiteNoiseMiddleware.add_files_from_finders

    def add(self):
        if not listed:
            list_them(self)
            listed.update(self.files)
        self.files.update(listed)

    with patch.object(WhiteNoiseMiddleware, "add_files_from_finders", add):
        yield


@pytest.fixture(autouse=True, scope="session")
def _real_transactions_leave_nothing():
    """Django's own flush makes each table's files anew, and the permissions: a third of a second after each test."""
    with patch.object(TransactionTestCase, "_fixture_teardown", _as_migrated):
        yield


def _as_migrated(case):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '30s'"
        )  # for what a test left open
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger runs: neither keys' nor the trail's
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        cursor.execute(";".join(f'DELETE FROM "{name}"' for (name,) in cursor.fetchall() if name not in MIGRATED))
        for name in ("careid_event", "careid_seal"):  # where the test had set them aside
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")


@pytest.fixture(autouse=True)
def _nothing_is_remembered():
    cache.clear()


@pytest.fixture(autouse=True)
def _mail_server_answers():
    delivering._unreachable_until = 0.0


@pytest.fixture
def organisation(db):
    return Organisation.objects.create(
        code="RX1",
        name="Riverside Community Trust",
        ra_name="Riverside RA",
        ra_phone="01632 960200",
        **kinds.organisation(),
    )


@pytest.fixture
def make_person(organisation):
    def make(nino=None, **fields):
        number = next(NUMBERS) if nino is None else nino
        serial = Profile.objects.count() + 1
        person = Profile.objects.create(
            **{
                "user_id": f"9999{serial:08}",
                "given_name": "Ama",
                "family_name": "Sample",
                "email": f"ama.sample{serial}@example.nhs.uk",
                "nino_fingerprint": crypto.fingerprint(number) if number else None,
                "identity_level": 3,
                "organisation": organisation,
                **fields,
            }
        )
        person.nino = number
        return person

    return make


@pytest.fixture
def person(make_person):
    return make_person()


@pytest.fixture
def admin_client(admin_user):
    """A superuser at the desk, in with a password and a second factor."""
    return signed_in(Client(), admin_user)


@pytest.fixture
def visitor(db):
    return Visitor()


@pytest.fixture
def make_visitor(db):
    return Visitor
