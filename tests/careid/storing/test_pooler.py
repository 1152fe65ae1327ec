"""Behind pgbouncer in transaction mode, which gives each transaction whichever session is free: here there is one."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from careid.people.models import Organisation
from careid.storing import database
from tests.serving import running

PGBOUNCER = shutil.which("pgbouncer") or next(filter(os.path.exists, ["/usr/sbin/pgbouncer"]), None)
pytestmark = [
    pytest.mark.skipif(not PGBOUNCER, reason="pgbouncer is not installed: apt-get install pgbouncer"),
    pytest.mark.django_db(transaction=True),
]
PORT = 6432
SETTINGS = """
[databases]
* = host={server} port=5432 user={user} connect_query='SET statement_timeout = 2500'
[pgbouncer]
unix_socket_dir = {folder}
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = 1
ignore_startup_parameters = options
"""


@pytest.fixture
def pooled(transactional_db):
    """The database as everything asks for it, through the pooler; its parameters, for others."""
    ours = connection.get_connection_params()
    folder = Path(f"/tmp/careid-pooler-{os.getpid()}")  # short, and anybody may enter
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    words = SETTINGS.format(server=ours["host"], user=ours["user"], folder=folder, port=PORT)
    (folder / "pgbouncer.ini").write_text(words)
    usual = connections["default"]
    account = {"user": usual_account(ours["host"])} if os.getuid() == 0 else {}
    process = subprocess.Popen([PGBOUNCER, "-q", folder / "pgbouncer.ini"], cwd=folder, **account)
    through = usual.settings_dict | {"HOST": str(folder), "PORT": str(PORT)}
    options = {key: value for key, value in usual.settings_dict["OPTIONS"].items() if key not in {"pool", "host"}}
    made = type(usual)(through | {"OPTIONS": options}, alias="default")
    try:
        running.until((folder / f".s.PGSQL.{PORT}").exists)
        connections["default"] = made
        yield made.get_connection_params()
    finally:
        connections["default"] = usual
        made.close()
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def usual_account(sockets):
    """Who may use the tests' own server: whoever runs it. pgbouncer, as Postgres, refuses root."""
    return pwd.getpwuid(Path(sockets).stat().st_uid).pw_name


def test_what_is_lifted_for_work_on_many_rows_is_lifted_for_nobody_else(pooled):
    Organisation.objects.create(code="RX1", name="Riverside")
    with database.patiently():
        assert limit(connection.connection) == "0"
    with psycopg.connect(**pooled | {"cursor_factory": psycopg.Cursor}) as other:
        assert limit(other) == "2500ms"


def limit(one):
    return one.execute("SHOW statement_timeout").fetchone()[0]


def test_migrate_wants_the_database_itself(pooled):
    with pytest.raises(CommandError, match="through a pooler"):
        call_command("migrate", verbosity=0)
