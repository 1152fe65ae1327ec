"""The embedded Postgres, with real processes that are really killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from demo import postgres
from demo.postgres_server import CannotRun, Server

TREE = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from demo import postgres
postgres.use(Path(sys.argv[1]))
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder that only its owner may enter, as a clone of root's can be."""
    parent = tmp_path_factory.mktemp("postgres")
    parent.chmod(0o700)
    yield parent / "postgres"
    shutil.rmtree(postgres.home(parent / "postgres"), ignore_errors=True)


@pytest.fixture
def hold(folder):
    """Starts processes that use the server, and kills what is left of them."""
    holders = []

    def start(*, wait=True):
        command = [sys.executable, "-c", HOLD, str(folder)]
        holder = subprocess.Popen(command, cwd=TREE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        holders.append(holder)
        if wait:
            assert holder.stdout.readline() == "ready\n", holder.stdout.read()
        return holder

    yield start
    for holder in holders:
        kill(holder)
    assert eventually(lambda: not server(folder).answers())


def kill(holder):
    holder.kill()
    holder.wait()
    holder.stdout.close()


def server(folder):
    return postgres._server(folder)


def connect(folder):
    return psycopg.connect(host=str(server(folder).sockets), user="careid", dbname="careid", autocommit=True)


def eventually(true, seconds=60):
    give_up = time.monotonic() + seconds
    while not (answer := true()) and time.monotonic() < give_up:
        time.sleep(0.02)
    return answer


def test_it_runs_until_the_last_of_its_users_is_killed(folder, hold):
    first, second = hold(), hold()
    with connect(folder) as database:
        kill(first)
        time.sleep(0.3)
        assert database.execute("SELECT datcollate FROM pg_database WHERE datname = 'careid'").fetchone() == ("C",)
    kill(second)
    assert eventually(lambda: not server(folder).answers())


def test_the_next_start_keeps_the_data(folder, hold):
    first = hold()
    with connect(folder) as database:
        database.execute("CREATE TABLE kept ()")
    kill(first)
    hold()  # while the server may still be stopping
    with connect(folder) as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_it_comes_back_after_it_was_killed_itself(folder, hold):
    hold()
    pid_file = server(folder).data / "postmaster.pid"
    pid = pid_file.read_text().split()[0]
    os.kill(int(pid), signal.SIGKILL)
    assert eventually(lambda: not server(folder).answers())
    user, group = server(folder).account
    with subprocess.Popen(["sleep", "60"], user=user, group=group) if os.getuid() == 0 else hold() as stranger:
        pid_file.write_text(pid_file.read_text().replace(pid, str(stranger.pid), 1))  # the number was given out again
        hold()
        with connect(folder) as database:
            assert database.execute("SELECT 1").fetchone() == (1,)
        stranger.kill()


def test_two_that_start_at_once_share_one_server(folder, hold):
    first, second = hold(wait=False), hold(wait=False)
    assert [holder.stdout.readline() for holder in (first, second)] == ["ready\n", "ready\n"]


def test_only_its_user_enters_where_its_socket_and_its_data_are(folder, hold):
    hold()
    for private in (server(folder).sockets, server(folder).data):
        assert private.stat().st_mode & 0o077 == 0
        assert private.stat().st_uid == server(folder).account[0]
    assert (postgres.home(folder) == folder) == bool(os.getuid())


def test_a_folder_that_somebody_else_could_write_to_is_refused(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path)
    for squatted in ("open", "link"):
        with pytest.raises(CannotRun, match="belongs to somebody else"):
            postgres._own(tmp_path / squatted, os.getuid(), 0o700)


def test_a_long_path_gets_a_short_socket(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    deep = tmp_path / ("deep" * 25)
    assert len(os.fsencode(server(deep).sockets)) < 90
    assert server(deep).sockets != server(tmp_path).sockets


def test_postgres_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("demo.postgres_server.find_spec", lambda _: None)
    with pytest.raises(CannotRun, match="Postgres is missing"):
        Server(tmp_path, tmp_path).start()


def test_what_is_left_of_a_folder_that_was_removed_goes_too(folder, hold):
    holder = hold()
    shutil.rmtree(folder.parent)
    kill(holder)
    assert eventually(
        lambda: {path.name for path in postgres.home(folder).glob("*")} <= {"users", "starting", "watching"}
    )
