"""Django's Postgres backend, whose pool never hands out a connection that is of no use by now.

Postgres that restarts ends every connection of the pool at once; after a failover the pool may hold connections to what
is a standby now, as good as ever but for writing. The pool's own check asks the server each time a connection is taken,
one trip there and back for every request; that the server has hung up, or that it only reads, is seen without asking.
"""

import select
import time
from functools import cached_property
from types import TracebackType
from typing import Any, ClassVar, Final

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from psycopg import Connection
from psycopg.errors import ReadOnlySqlTransaction

from careid.storing.database import only_reads

RENEWED_EVERY: Final = 1.0  # seconds at least: a server that only reads answers pages that only read, meanwhile


class DatabaseWrapper(base.DatabaseWrapper):
    renewed: ClassVar = float("-inf")  # when this process last began its pool anew

    def get_connection_params(self) -> dict[str, Any]:
        """Without our limits where whole databases are made and dropped, as the tests do."""
        params: dict[str, Any] = super().get_connection_params()
        return params | {"options": ""} if self.alias == NO_DB_ALIAS else params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """One of the pool's that is whole. The broken ones go back, and the pool makes others in their place."""
        connection: Connection[Any] = super().get_new_connection(conn_params)
        for _ in range(self.pool.max_size if self.pool else 0):
            if not (_hung_up(connection) or (only_reads(connection) and self.renew())):
                break
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection

    def renew(self) -> bool:
        """Have the pool make all its connections anew, since the primary may be elsewhere; False where it just did."""
        if not self.pool or time.monotonic() - DatabaseWrapper.renewed < RENEWED_EVERY:
            return False
        DatabaseWrapper.renewed = time.monotonic()
        self.pool.drain()
        return True

    @cached_property
    def wrap_database_errors(self) -> "ErrorWrapper":
        return ErrorWrapper(self)


class ErrorWrapper(DatabaseErrorWrapper):
    """Django's own, which meets every error of the driver: a pooler between us may not say who only reads."""

    wrapper: DatabaseWrapper

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, ReadOnlySqlTransaction):
            self.wrapper.renew()
        super().__exit__(kind, error, trace)


def _hung_up(connection: Connection[Any]) -> bool:
    """Between two statements there is nothing to read but the server's goodbye, or its end."""
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return bool(look.poll(0))
