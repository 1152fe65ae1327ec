"""For probes and Prometheus: whether the portal lives, whether it is ready, and what it measures."""

import hmac
import threading
import time
from functools import lru_cache
from typing import Final

import psycopg
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from careid.pages import answers
from careid.serving import metrics, visitors

REACHED_WITHIN: Final = 2  # seconds
ASKED_EVERY: Final = 2  # seconds
PLAIN: Final = "text/plain; charset=utf-8"
STATE: Final = """
    SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool,
           ARRAY(SELECT app || '.' || name FROM django_migrations),
           EXISTS (SELECT FROM procrastinate_workers
               WHERE last_heartbeat BETWEEN now() - interval '1 minute' AND now() + interval '1 minute')"""
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)
_asking = threading.Lock()
_known = (float("-inf"), "not asked yet")


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """`/healthz`: this process answers. Nothing else is asked."""
    return HttpResponse("alive\n", content_type=PLAIN)


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """`/readyz`: 200, or 503 where the log says what is missing.

    That no worker was heard from is told by the log alone: pages work without one, and who sends visitors by this
    answer would turn all of them away while the workers restart.
    """
    if _trouble_lately():
        return HttpResponse("not ready\n", content_type=PLAIN, status=503)
    return HttpResponse("ready\n", content_type=PLAIN)


@require_safe
def measured(request: HttpRequest) -> HttpResponse:
    """`/metrics`, for who brings CAREID_METRICS_TOKEN; with none set, for this machine alone."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
            return HttpResponse(
                "a bearer token is needed\n", content_type=PLAIN, status=401, headers={"WWW-Authenticate": "Bearer"}
            )
    elif not visitors.on_this_machine(request):
        return answers.error(request, 404)
    return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)


def _trouble_lately() -> str:
    """What `trouble` said, two seconds ago at most. One request asks, the others don't wait: a flood costs nothing."""
    global _known  # noqa: PLW0603  of this process
    if time.monotonic() - _known[0] > ASKED_EVERY and _asking.acquire(blocking=False):
        try:
            missing, heard = look()
            _known = (time.monotonic(), missing)
        finally:
            _asking.release()
        if missing:
            log.error("not ready", reason=missing)
        elif not heard:
            log.error("no worker was heard from for a minute")
    return _known[1]


def look() -> tuple[str, bool]:
    """What is missing (`database`, `read_only`, `migrations` or nothing), and whether a worker was heard from lately.

    Asked on a connection of its own: the pool's would wait for those in use, and longer than a probe does.
    """
    parameters = connection.get_connection_params() | {"connect_timeout": REACHED_WITHIN, "autocommit": True}
    parameters["options"] = f"{parameters.get('options') or ''} -c statement_timeout={REACHED_WITHIN}s"
    try:
        with psycopg.connect(**parameters) as database:
            row = database.execute(STATE).fetchone()
    except psycopg.errors.UndefinedTable:
        return "migrations", False
    except psycopg.Error:
        return "database", False
    reads, applied, heard = row or (True, [], False)
    return "read_only" if reads else "migrations" if _needed() - set(applied) else "", heard


@lru_cache(maxsize=1)
def _needed() -> frozenset[str]:
    """The migrations that this release comes with; a database that is ahead of it is fine."""
    return frozenset(f"{app}.{name}" for app, name in MigrationLoader(None).graph.nodes)
