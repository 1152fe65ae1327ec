"""What `/metrics` tells Prometheus: numbers and closed words alone.

What stands in the database is told as gauges over the last five minutes, or as it is now: each process tells the same,
a restart resets nothing, and an index bounds the work however long the trail is. The requests are a histogram since the
web started, kept in memory; several processes of one `manage.py web` write theirs into one folder, and whichever is
asked tells of all of them.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db import Error, connection
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds
REQUESTS: Final = Histogram(
    "careid_request_seconds",
    "Time to an answer, by the page's name and the status's first digit.",
    ("route", "status"),
    buckets=BUCKETS,
    registry=None,
)
SIGN_IN: Final = "sign_in."  # how the names of its events begin
EVENTS: Final = """
    SELECT name, outcome, reason, coalesce(details->>'kind', ''), coalesce(details->>'limit', ''),
           coalesce(details->>'mode', ''), count(*)
    FROM careid_event WHERE at > now() - interval '5 minutes' GROUP BY 1, 2, 3, 4, 5, 6"""
MAILS: Final = """
    SELECT state, count(*) FROM careid_mail WHERE settled_at > now() - interval '5 minutes' GROUP BY state
    UNION ALL SELECT 'queued', count(*) FROM careid_mail WHERE state = 'queued'"""
NOW: Final = {  # an app above adds its own as it starts
    "careid_mail_oldest_unsent_seconds": (
        "Age of the oldest mail that waits, without those that the server refused for a while.",
        "SELECT now() - min(queued_at) FROM careid_mail WHERE state = 'queued' AND refusals = 0 AND queued_at <= now()",
    ),
    "careid_jobs_failed": (
        "Jobs that were given up.",
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'",
    ),
    "careid_jobs_due": (
        "Jobs that could be done now.",
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()",
    ),
    "careid_job_oldest_due_seconds": (
        "How long the job that is due longest has been due.",
        """SELECT now() - least(
             (SELECT min(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at <= now()),
             (SELECT min(at) FROM procrastinate_events WHERE type = 'deferred' AND job_id =
               (SELECT min(id) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at IS NULL)))""",
    ),
    "careid_workers": (
        "Workers heard from within a minute.",
        # Each has a row for each lane of jobs.
        """SELECT ceil(count(*) / 4.0) FROM procrastinate_workers
           WHERE last_heartbeat BETWEEN now() - interval '1 minute' AND now() + interval '1 minute'""",
    ),
    "careid_trail_unsealed_seconds": (
        "Age of the oldest event that no seal covers: by its number, or by its time where its number lies.",
        """WITH newest AS (SELECT last, at FROM careid_seal ORDER BY number DESC LIMIT 1)
           SELECT now() - least(
             (SELECT at FROM careid_event WHERE sequence > coalesce((SELECT last FROM newest), 0)
              ORDER BY sequence LIMIT 1),
             (SELECT min(at) FROM careid_event WHERE at > (SELECT at FROM newest) + interval '2 minutes'))""",
    ),
}


def answered(route: str, status: int, seconds: float) -> None:
    """Note a request that took so many seconds. The desk's many pages are one route."""
    REQUESTS.labels("admin" if route.startswith("admin:") else route, f"{status // 100}xx").observe(seconds)


def text() -> bytes:
    """All that is measured, as Prometheus reads it."""
    registry = CollectorRegistry()
    if SHARED in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
    else:
        registry.register(REQUESTS)
    registry.register(_Stored())
    return generate_latest(registry)


class _Stored(Collector):
    def collect(self) -> Iterable[GaugeMetricFamily]:
        up = 1
        try:
            yield from [*_events(), *_mails(), *_now()]
        except Error:
            up = 0
        yield GaugeMetricFamily("careid_database_up", "Whether the database answered for the rest.", up)


def _events() -> Iterator[GaugeMetricFamily]:
    events: Counter[tuple[str, ...]] = Counter()
    limits: Counter[tuple[str, ...]] = Counter()
    sign_ins: Counter[tuple[str, ...]] = Counter()
    for name, outcome, reason, kind, limit, mode, count in _rows(EVENTS):
        events[name, outcome, reason, kind] += count
        if limit:
            limits[limit, mode] += count
        if name.startswith(SIGN_IN):
            sign_ins[kind, outcome] += count
    yield _family(
        "careid_events_5m", "Events of the last 5 minutes.", ("event", "outcome", "reason", "kind"), events.items()
    )
    yield _family(
        "careid_limits_reached_5m",
        "How often a limit was reached in the last 5 minutes, enforced or in shadow.",
        ("limit", "mode"),
        limits.items(),
    )
    yield _family(
        "careid_sign_ins_5m", "Tries to sign in of the last 5 minutes.", ("kind", "outcome"), sign_ins.items()
    )


def _mails() -> Iterator[GaugeMetricFamily]:
    counts = (((state,), count) for state, count in _rows(MAILS))
    yield _family("careid_mails", "Mails that wait, and those settled in the last 5 minutes.", ("state",), counts)


def _now() -> Iterator[GaugeMetricFamily]:
    for name, (about, sql) in NOW.items():
        [(value,)] = _rows(sql)
        seconds = value.total_seconds() if hasattr(value, "total_seconds") else value or 0
        yield GaugeMetricFamily(name, about, max(0, seconds))


def _family(
    name: str, about: str, labels: tuple[str, ...], counts: Iterable[tuple[tuple[str, ...], int]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=labels)
    for values, count in counts:
        family.add_metric(values, count)
    return family


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
