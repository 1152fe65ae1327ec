"""Which connections the pool gives out: none that the server ended, and none that only reads where another can write."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import InternalError, connection, transaction

from careid.storing import database
from careid.storing.database.base import DatabaseWrapper
from tests import packages
from tests.databases import elsewhere

ROOT = Path(__file__).parents[3]


def test_a_connection_that_was_made_to_read_alone_is_replaced_once_another_can_write(
    reads_only, monkeypatch, transactional_db
):
    reads_only("on")
    connection.ensure_connection()
    assert database.only_reads(connection.connection)
    connection.close()  # back to the pool
    with elsewhere() as other:
        other.execute("SET TRANSACTION READ WRITE")
        other.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} RESET default_transaction_read_only")
    monkeypatch.setattr(DatabaseWrapper, "renewed", float("-inf"))
    connection.ensure_connection()
    if database.only_reads(
        connection.connection
    ):  # the pool had begun to make that one before; a second later it goes too
        monkeypatch.setattr(DatabaseWrapper, "renewed", float("-inf"))
        connection.close()
        connection.ensure_connection()
    assert not database.only_reads(connection.connection)


def test_who_is_told_that_nothing_can_be_written_has_the_pool_made_anew(monkeypatch, transactional_db):
    """A pooler in between may not pass on what the server said of itself."""
    connection.ensure_connection()
    before = connection.connection
    monkeypatch.setattr(DatabaseWrapper, "renewed", float("-inf"))
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute("CREATE TABLE never (a int)")
    connection.close()
    connection.ensure_connection()
    assert connection.connection is not before


@pytest.mark.parametrize(
    ("address", "attributes"),
    [
        ({"HOST": "db"}, None),
        ({"HOST": "db1,db2"}, "read-write"),
        ({"OPTIONS": {"host": "/one,/two"}}, "read-write"),
        ({"HOST": "db1,db2", "OPTIONS": {"target_session_attrs": "any", "connect_timeout": 9}}, "any"),
    ],
)
def test_of_several_hosts_the_one_that_writes_is_asked_and_a_silent_one_is_left_soon(address, attributes):
    found = database.connecting(address)
    assert found.get("target_session_attrs") == attributes
    assert found["connect_timeout"] == address.get("OPTIONS", {}).get("connect_timeout", 3)
    assert found["keepalives_idle"] + found["keepalives_interval"] * found["keepalives_count"] == 5


@pytest.mark.django_db(transaction=True)
def test_connections_that_the_server_ended_reach_nobody():
    each_has_one = threading.Barrier(8, timeout=60)

    def one(_):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        each_has_one.wait()
        connection.close()
        return pid

    with ThreadPoolExecutor(8) as threads:
        before = set(threads.map(one, range(8)))
        assert len(before) == 8
        with elsewhere() as other:
            ended = other.execute("SELECT pg_terminate_backend(pid, 1000) FROM unnest(%s::int[]) pid", [list(before)])
            assert all(row[0] for row in ended)
        assert not before & set(threads.map(one, range(8)))


FOR_A_SESSION = re.compile(
    r"""["';]\s*(SET\s+(?!LOCAL|TRANSACTION|CONSTRAINTS)|RESET\s)|set_config\([^()]*false\)|pg_(try_)?advisory_lock"""
)


def test_nothing_but_migrate_sets_or_locks_anything_for_a_session():
    """Which a pooler gives to somebody else next, and the pool to another request."""
    files = [file for folder in packages.IN_PRODUCTION for file in (ROOT / folder).rglob("*.py")]
    assert [file.name for file in files if FOR_A_SESSION.search(file.read_text())] == ["migrate.py"]
