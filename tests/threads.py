"""Several at once, for certain: each in a thread of its own, begun together or stopped at the same rows and let go."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection, transaction

MOST = 10  # at a time: fewer than the connections of a pool
PATIENT = "-c lock_timeout=60s -c statement_timeout=60s"  # a page's own second may be over before the last one comes


def together(calls):
    """Begin all at once, or ten and ten. Returns what each returned."""
    start = threading.Barrier(min(len(calls), MOST), timeout=60)
    assert len(calls) % start.parties == 0

    def run(call):
        start.wait()
        return _alone(call)

    with patient_connections(), ThreadPoolExecutor(start.parties) as pool:
        return list(pool.map(run, calls))


def at_once(calls, *, held):
    """Hold these rows until every call waits for a lock, then let go. Returns what each returned."""
    with patient_connections(), ThreadPoolExecutor(len(calls)) as pool:
        with transaction.atomic():
            assert list(held.select_for_update())
            running = [pool.submit(_alone, call) for call in calls]
            until_they_wait(len(calls))
        return [one.result() for one in running]


def _alone(call):
    try:
        return call()
    finally:
        connection.close()


@contextmanager
def patient_connections(asked=PATIENT):
    """Every connection of this process waits as long for a lock as a busy machine needs, or as is `asked`."""
    options = connection.settings_dict["OPTIONS"]
    _afresh()
    try:
        with patch.dict(options, options=f"{options.get('options', '')} {asked}"):
            yield
    finally:
        _afresh()


def _afresh():
    connection.close()
    connection.close_pool()


def until_they_wait(count):
    end = time.monotonic() + 60
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # which a transaction keeps
            cursor.execute(
                """SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
                   WHERE NOT granted AND datname = current_database()"""
            )
            if cursor.fetchone()[0] >= count:
                return
            assert time.monotonic() < end, "they do not wait"
            time.sleep(0.01)
