"""The worker's connections to its queue: the web's limits, and none that only reads."""

import asyncio
from typing import Any, Final, LiteralString, TypeAlias

import psycopg
from django.conf import settings
from procrastinate import PsycopgConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from careid.storing import database

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection[Any]]
LOST: Final = (ConnectorException, psycopg.Error)
UNREADABLE: Final = "DELETE FROM procrastinate_jobs WHERE scheduled_at < '1970-01-01Z' OR attempts > 1e9"
CONNECTIONS: Final = 10  # at most, beside those of the jobs


class Connector(PsycopgConnector):
    """The library's own, which ends a worker whose word could not be written.

    What that worker had done would stay marked as being done for as long as it lives.
    """

    working: "asyncio.Task[None] | None" = None

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        try:
            await super().execute_query_async(query, **arguments)
        except ConnectorException:
            if self.working:
                self.working.cancel()
            raise


def pool() -> Pool:
    """A pool to open, which does not wait: where the database is away, who asks for a connection does."""
    web = settings.DATABASES["default"]["OPTIONS"]["pool"]
    return AsyncConnectionPool(
        kwargs=connector_params(),
        check=_of_use,
        open=False,
        min_size=1,
        max_size=CONNECTIONS,
        timeout=web["timeout"],
        reconnect_timeout=web["reconnect_timeout"],
    )


async def mend(among: Pool) -> None:
    """Take out jobs whose time or count no program can go on from. Whoever broke into the web may write such a one.

    The next to fetch would always be that one, and a lane begin anew for ever.
    """
    async with among.connection() as connection:
        await connection.execute(UNREADABLE)


async def _of_use(connection: AsyncConnection[Any]) -> None:
    """Refuse a connection that broke, and close one whose server only reads by now: the pool makes others."""
    await AsyncConnectionPool.check_connection(connection)
    if database.only_reads(connection):
        await connection.close()
        raise psycopg.OperationalError("the server only reads")
