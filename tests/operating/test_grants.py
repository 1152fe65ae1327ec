"""The role of web and worker, on the real Postgres: what it is for works, and the trail is out of its reach."""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from careid.post.models import Mail
from careid.trail.models import Event, Seal
from careid.trail.names import EventName
from careid.trail.record import record
from operating import checks, grants
from tests.fakes import smtp
from tests.operating.roles import RUN, WORK, acting_as, execute, refusal
from tests.visitors import Visitor

# What the web's role may write, and what would keep the queue from ever taking such a job up.
IN_ITS_WAY = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, scheduled_at)
VALUES ('default', 'careid.seal', 'careid.seal', 'careid.seal', '{}', 'todo', '9999-01-01')"""


@contextmanager
def every_connection_as(role):
    """A request may give its connection back and go on with another."""
    options = connection.settings_dict["OPTIONS"]
    connection.close()
    connection.close_pool()
    try:
        with patch.dict(options, options=f"{options.get('options', '')} -c role={role}"):
            assert execute("SELECT current_user") == [(role,)]
            yield
    finally:
        connection.close()
        connection.close_pool()


def test_it_adds_to_the_trail(role):
    with acting_as(role):
        record(EventName.COMMAND_RUN, actor="command:test")
        assert Event.objects.get().actor == "command:test"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE careid_event SET reason = 'other'",
        "DELETE FROM careid_event",
        "TRUNCATE careid_event",
        "INSERT INTO careid_event SELECT * FROM careid_event ON CONFLICT (sequence) DO UPDATE SET reason = 'other'",
        "INSERT INTO careid_event SELECT * FROM careid_event",
        "SELECT setval('careid_event_sequence_seq', 1)",
        "SELECT nextval('careid_event_sequence_seq') FROM generate_series(1, 1000)",
        "ALTER TABLE careid_event DISABLE TRIGGER USER",
        "ALTER TABLE careid_event DISABLE TRIGGER ALL",
        "DROP TRIGGER careid_event_rows ON careid_event",
        "DROP FUNCTION careid_event_is_append_only CASCADE",
        "CREATE OR REPLACE FUNCTION careid_event_is_append_only() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
        "CREATE RULE nothing AS ON INSERT TO careid_event DO INSTEAD NOTHING",
        "CREATE TRIGGER mine BEFORE INSERT ON careid_event EXECUTE FUNCTION careid_event_is_append_only()",
        "ALTER TABLE careid_event ADD COLUMN mine text",
        "ALTER TABLE careid_event OWNER TO CURRENT_USER",
        "DROP TABLE careid_event",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (a text)",
        "CREATE TEMP TABLE careid_event (a text)",
        "CREATE SCHEMA mine",
        "TRUNCATE careid_profile CASCADE",
        "DELETE FROM django_migrations",
        "UPDATE auth_permission SET codename = 'x'",
    ],
)
def test_it_can_neither_change_the_trail_nor_any_table(statement, role):
    record(EventName.COMMAND_RUN, actor="command:test")
    with acting_as(role):
        assert refusal(statement) == "42501"  # insufficient_privilege
    assert Event.objects.get().reason == ""


def test_what_the_triggers_keep_the_grants_keep_too(role):
    """A new table with such triggers has to be named in grants.ADD."""
    guarded = (
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'careid\\_%' AND NOT tgisinternal"
    )
    tables = {name for (name,) in execute(guarded)}
    assert "careid_event" in tables
    assert tables <= set(grants.ADD)


def test_whatever_it_had_before_is_taken_back_and_the_same_again_changes_nothing(role):
    execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    execute(f"GRANT UPDATE (reason) ON careid_event TO {role}")
    execute(f"GRANT CREATE ON SCHEMA public TO {role}")
    execute(f"GRANT TEMPORARY ON DATABASE {settings.DATABASES['default']['NAME']} TO PUBLIC")
    assert len(grants.excess(role)) > 4
    call_command("grants", role)
    assert grants.excess(role) == []
    before = privileges()
    call_command("grants", role)
    assert privileges() == before


def privileges():
    return execute("SELECT relname, relacl::text FROM pg_class WHERE relacl IS NOT NULL ORDER BY 1")


def test_tables_of_an_app_that_has_just_left_are_kept_for_the_release_before(role):
    for table in ("axes_accessattempt", "made_up"):
        execute(f"CREATE TABLE {table} (id int); GRANT ALL ON {table} TO {RUN}")
    call_command("grants", RUN)
    with acting_as(role):
        execute("INSERT INTO axes_accessattempt VALUES (1); UPDATE axes_accessattempt SET id = 2")
        execute("DELETE FROM axes_accessattempt")
        assert refusal("SELECT FROM made_up") == "42501"


def test_the_statements_can_be_read_first(db, capsys):
    execute(f"CREATE ROLE {RUN}")
    before = privileges()
    call_command("grants", RUN, "--sql")
    assert privileges() == before
    said = capsys.readouterr().out
    assert f'GRANT SELECT ON "careid_event" TO "{RUN}";' in said
    assert 'GRANT INSERT ("at", "name", ' in said
    assert 'INSERT ("sequence"' not in said
    for statement in said.split(";\n"):
        statement and execute(statement)
    assert grants.excess(RUN) == []


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("", "no such role"),
        ("CREATE ROLE {} SUPERUSER", "owns the tables"),
        ("CREATE ROLE {} IN ROLE careid", "owns the tables"),
        ("CREATE ROLE {} CREATEROLE", "may make roles"),
        ("CREATE ROLE {} IN ROLE pg_write_all_data", "may change or delete rows of careid_event"),
        ("CREATE ROLE {} IN ROLE pg_write_server_files", "write files on the database server"),
        ("CREATE ROLE {0}; GRANT SET ON PARAMETER session_replication_role TO {0}", "may set session_replication_role"),
    ],
)
def test_a_role_that_would_still_do_too_much_is_refused_in_one_line(made, words, db):
    made and execute(made.format(RUN))
    before = privileges()
    with pytest.raises(CommandError, match=words) as refused:
        call_command("grants", RUN)
    assert refused.value.returncode == 2
    assert len(str(refused.value).splitlines()) == 1
    assert privileges() == before


def test_check_deploy_warns_of_a_role_that_could_change_the_trail(role):
    [warning] = checks.too_mighty(databases=["default"])
    assert warning.msg.startswith("DATABASE_URL: the role careid is a superuser")
    assert not warning.is_serious()
    with acting_as(role):
        assert checks.too_mighty(databases=["default"]) == []
    assert checks.too_mighty(databases=None) == []


@pytest.mark.django_db(transaction=True)
def test_a_person_adds_an_authenticator_while_web_and_worker_have_their_roles_and_no_job_stops_the_sealing(
    person, role
):
    record(EventName.COMMAND_RUN, actor="command:test")
    with acting_as(role):
        execute(IN_ITS_WAY)
    with smtp.running() as sink, a_worker(sink, WORK), every_connection_as(role):
        until(Seal.objects.exists)
        visitor = Visitor()
        visitor.details(person)
        code = re.search(r"^\s*(\d{6})\s*$", told(sink, 1).get_content(), re.MULTILINE).group(1)
        assert visitor.code(code).status_code == 302
        visitor.go_on()
        assert visitor.finish().status_code == 302
        assert "added" in told(sink, 2)["Subject"]
        until(lambda: not Mail.objects.exclude(state="sent").exists())


@contextmanager
def a_worker(sink, role):
    """`manage.py worker`, signed in to the database as that role."""
    address = urlsplit(os.environ["DATABASE_URL"])
    url = address._replace(netloc=f"{role}@:5432", path=settings.DATABASES["default"]["NAME"]).geturl()
    environment = os.environ | {"EMAIL_URL": sink.url, "DATABASE_URL": url}
    worker = subprocess.Popen([sys.executable, "manage.py", "worker"], env=environment)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(60)


def told(sink, number):
    until(lambda: len(sink.messages) >= number)
    return sink.messages[number - 1]


def until(condition):
    end = time.monotonic() + 120  # seconds: on a busy machine the worker takes half a minute to start
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_web_and_worker_dont_start_in_production_as_who_owns_the_tables(role, monkeypatch):
    monkeypatch.setattr(checks, "is_strict", lambda: True)
    [refused] = checks._owner()
    assert refused.startswith("DATABASE_URL: the role careid owns the tables; ")
    execute(f"CREATE ROLE {RUN}_member IN ROLE careid")
    for who, refusals in ((RUN, 0), (WORK, 0), (f"{RUN}_member", 1)):
        with acting_as(who):
            assert len(list(checks._owner())) == refusals
    monkeypatch.setattr(checks, "is_strict", lambda: False)
    assert list(checks._owner()) == []


def test_a_role_that_may_act_as_the_workers_is_warned_of(role, settings):
    settings.SEAL_KEYS = ""  # as the web has it
    execute(f"CREATE ROLE {RUN}_both NOINHERIT IN ROLE {WORK}")
    with acting_as(f"{RUN}_both"):
        [warning] = checks.too_mighty(databases=["default"])
    assert "may write seals, which is for the worker's role alone" in warning.msg
