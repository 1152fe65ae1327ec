"""Several at once, for certain: each in a thread of its own, stopped at the same rows and let go together."""

import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction


def at_once(calls, *, held):
    """Hold these rows until every call waits for a lock, then let go. Returns what each returned."""

    def run(call):
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        with transaction.atomic():
            assert list(held.select_for_update())
            running = [pool.submit(run, call) for call in calls]
            until_they_wait(len(calls))
        return [one.result() for one in running]


def until_they_wait(count):
    end = time.monotonic() + 10
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
