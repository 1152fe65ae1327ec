"""Django's Postgres backend, whose pool never hands out a connection that the server has hung up on.

Postgres that restarts ends every connection of the pool at once. The pool's own check asks the server each time a
connection is taken, one trip there and back for every request; that the server has hung up can be seen without asking.
"""

import select
from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import Connection


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        """Without our limits where whole databases are made and dropped, as the tests do."""
        params: dict[str, Any] = super().get_connection_params()
        return params | {"options": ""} if self.alias == NO_DB_ALIAS else params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """One of the pool's that is whole. The broken ones go back, and the pool makes others in their place."""
        connection: Connection[Any] = super().get_new_connection(conn_params)
        for _ in range(self.pool.max_size if self.pool else 0):
            if not _hung_up(connection):
                break
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection


def _hung_up(connection: Connection[Any]) -> bool:
    """Between two statements there is nothing to read but the server's goodbye, or its end."""
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return bool(look.poll(0))
