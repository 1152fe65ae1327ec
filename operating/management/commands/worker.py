"""The worker: sends mail, and does what is due at times."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

from careid.post import outbox, smtp
from careid.trail.seals import jobs
from operating import checks, queue
from provider import logouts

GRACE: Final = 25  # seconds for running jobs when asked to stop
HEARTBEAT: Final = 5  # seconds; one that is silent for DEAD is taken for dead, and its jobs are picked up
DEAD: Final = 30
AGAIN: Final = 1  # seconds before a lane that lost the database begins anew
log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Do background work and send mail. Any number of workers share it, on any number of machines."

    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if problems := [*checks.refusals(), *_unfit()]:
            self.stderr.write("\n".join(problems))
            sys.exit(2)
        asyncio.run(_work())


def _unfit() -> Iterator[str]:
    if checks.is_strict() and not settings.SEAL_KEYS:
        yield "CAREID_SEAL_KEYS: is not set: the worker seals the trail with it, and the web does not have it."


async def _named(job: AsyncCallNext, context: JobContext, worker: Worker) -> Any:
    """Every line that is written meanwhile says which job it is of, and which mail or logout."""
    about = {name: context.job.task_kwargs.get(name) for name in ("mail_id", "logout_id")}
    with structlog.contextvars.bound_contextvars(job_id=context.job.id, task=context.job.task_name, **about):
        return await job()


def _lanes() -> Iterator[tuple[list[str], int]]:
    """Queues, and how many of their jobs at once: a mail server that takes minutes over notices holds up no more.

    Nor does a service that hangs while it is told of a logout.
    """
    yield ["default"], settings.WORKER_JOBS
    yield [outbox.CODES], 1
    yield [outbox.CODES, outbox.NOTICES], settings.WORKER_MAIL_LINES - 1
    yield [logouts.QUEUE], logouts.LINES


async def _work() -> None:
    """Work until SIGTERM or SIGINT. What ends a lane and is no fault of the database is raised."""
    loop, this = asyncio.get_running_loop(), asyncio.current_task()
    assert this
    for asked in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(asked, this.cancel)
    loop.set_default_executor(ThreadPoolExecutor(1 + sum(many for _, many in _lanes())))
    with suppress(asyncio.CancelledError):
        async with queue.pool() as pool:
            lanes = [asyncio.create_task(_lane(pool, queues, many)) for queues, many in _lanes()]
            await _until_one_ends([*lanes, asyncio.create_task(_sealing())])


async def _sealing() -> None:
    """Seal the trail each minute, whatever stands in the queue."""
    while True:
        await asyncio.to_thread(_seal)
        await asyncio.sleep(jobs.EVERY)


def _seal() -> None:
    try:
        jobs.seal_what_is_settled()
    finally:
        connection.close()  # back to the pool


async def _lane(pool: queue.Pool, queues: list[str], many: int) -> None:
    """One worker, and another after it where the database failed it: by its own number, so that its jobs are missed."""
    this = asyncio.current_task()
    assert this
    while True:
        try:
            await _until_lost(pool, queues, many)
        except (asyncio.CancelledError, *queue.LOST):
            if this.cancelling():
                raise
        log.error("the worker lost the database and begins again")
        await asyncio.sleep(AGAIN)
        await _forget_lost(pool)


async def _forget_lost(pool: queue.Pool) -> None:
    """Use no connection that broke: what is due at times is deferred by Django's, of a thread that no request ends."""
    await pool.drain()
    await sync_to_async(close_old_connections)()


async def _until_lost(pool: queue.Pool, queues: list[str], many: int) -> None:
    # An app of its own beside the tasks': what a job defers still goes through Django's connection, in its transaction.
    await queue.mend(pool)
    connector = queue.Connector()
    worker_app = app.with_connector(connector)
    async with worker_app.open_async(pool):
        work = worker_app.run_worker_async(
            queues=queues,
            concurrency=many,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=DEAD,
            shutdown_graceful_timeout=GRACE,
            install_signal_handlers=False,
            worker_middleware=[_named],
        )
        connector.working = asyncio.create_task(work)
        await connector.working


async def _until_one_ends(lanes: list[asyncio.Task[None]]) -> None:
    """Wait; then let the others finish what they do, but for a mail server that is waited for longer than GRACE."""
    try:
        await asyncio.wait(lanes, return_when=asyncio.FIRST_COMPLETED)
    finally:
        asyncio.get_running_loop().call_later(GRACE, smtp.hang_up)
        for lane in lanes:
            lane.cancel()
        ended = await asyncio.gather(*lanes, return_exceptions=True)
    for fault in ended:
        if isinstance(fault, Exception):
            raise fault
