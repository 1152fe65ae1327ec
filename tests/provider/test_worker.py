"""A real worker tells the services, in a lane of its own."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from provider import logouts
from sign_in import sessions
from sign_in.words import Ended
from tests.provider.listening import a_client, listener, used_by
from tests.sign_in.test_sessions import come_in, stored

pytestmark = pytest.mark.django_db(transaction=True)


def start(*hosts):
    name = settings.DATABASES["default"]["NAME"]
    address = os.environ["DATABASE_URL"].replace("/careid?", f"/{name}?")
    environment = {**os.environ, "DATABASE_URL": address, "CAREID_FETCH_INSIDE": ",".join(hosts)}
    return subprocess.Popen([sys.executable, "manage.py", "worker"], env=environment)


def stop(worker):
    worker.kill()
    worker.wait()


def until(true, worker, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert worker.poll() is None, "the worker ended"
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def signed_out(session):
    sessions.end(session=session, by="person", reason=Ended.SIGNED_OUT)


def state(row):
    row.refresh_from_db()
    return row.state


def test_each_hears_within_ten_seconds_while_another_hangs_and_a_killed_workers_job_is_done_again(make_person):
    with listener() as well, listener(None) as hung:
        slow, quick = a_client("Slow", address=hung.address), a_client("Quick", address=well.address)
        opened = [come_in(stored(make_person())).session for _ in range(logouts.LINES + 2)]
        rows = [used_by(slow, one, settings.SESSION_LIFE) for one in opened]
        last = used_by(quick, opened[-1], settings.SESSION_LIFE)
        first = start(well.host, hung.host)
        try:
            until(lambda: lanes() == 4, first)
            began = time.monotonic()
            for one in opened:
                signed_out(one)
            until(lambda: state(last) == "told", first)
            assert time.monotonic() - began < 10
            until(lambda: len(hung.heard) >= 4, first)
        finally:
            stop(first)
        hung.statuses[0] = 200
        with connection.cursor() as cursor:  # as if half a minute had passed
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        second = start(well.host, hung.host)
        try:
            until(lambda: {state(row) for row in rows} == {"told"}, second)
        finally:
            stop(second)
    assert len(well.heard) == 1


def lanes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '5 seconds'")
        return cursor.fetchone()[0]
