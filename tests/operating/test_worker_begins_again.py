"""A worker that lost the database begins again with connections that are whole."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection

from operating import queue
from operating.management.commands import worker


def backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def end(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


async def lose_and_begin_again():
    """As the library defers what is due at times: on a thread of its own, whose connection nobody else ends."""
    try:
        first = await sync_to_async(backend)()
        await asyncio.to_thread(_end_by_another, first)
        for _ in range(2):  # it stays broken by itself
            with pytest.raises(OperationalError):
                await sync_to_async(backend)()
        async with queue.pool() as pool:
            await worker._forget_lost(pool)
        return first, await sync_to_async(backend)()
    finally:
        await sync_to_async(_close)()


def _close():
    connection.close()


def _end_by_another(pid):
    try:
        end(pid)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_due_is_deferred_again_by_a_connection_that_is_whole():
    first, then = asyncio.run(lose_and_begin_again())
    assert first != then
