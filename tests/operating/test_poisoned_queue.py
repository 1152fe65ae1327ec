"""A job that the web's role may write and no worker can read: mail goes on, and what is due at times."""

import pytest
from django.db import connection

from tests.careid.post.test_outbox import queue, start_worker, state, wait_for
from tests.fakes import smtp


def left():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args = '{}' AND task_name = 'careid.deliver'")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_time_can_not_be_read_stands_in_nobodys_way(person):
    with smtp.running() as sink:
        worker = start_worker(sink)
        try:
            before = queue(person)
            wait_for(lambda: state(before) == "sent", worker)
            with connection.cursor() as cursor:
                for lane in ("codes", "notices", "default"):
                    for when, tried in (("-infinity", 0), ("4000-01-01 BC", 0), ("now", 2**31 - 1)):
                        cursor.execute(
                            "INSERT INTO procrastinate_jobs"
                            " (queue_name, task_name, args, scheduled_at, attempts, priority)"
                            " VALUES (%s, 'careid.deliver', '{}', %s, %s, 9)",
                            [lane, when, tried],
                        )
            after = queue(person)
            wait_for(lambda: state(after) == "sent" and not left(), worker)
        finally:
            worker.kill()
            worker.wait()
