"""Django's own `migrate`, fit for a portal that people are using meanwhile. Roles of the desk get their new rights."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg
from django.core.checks import Tags
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import LockNotAvailable

from desk import roles

LOCK_WAIT: Final = "1s"  # behind whoever waits for a table's lock, every visitor waits too
TRIES, PAUSE = 20, 3.0  # seconds between them
ALONE: Final = "SELECT pg_try_advisory_lock(hashtext('careid.migrate'))"
NOT_ALONE: Final = "SELECT pg_advisory_unlock(hashtext('careid.migrate'))"
POOLED: Final = (
    "DATABASE_URL leads through a pooler, where what is set for a session meets somebody else's. Give migrate the"
    " address of Postgres itself. Nothing was changed."
)
HALF_BUILT: Final = """
SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE NOT i.indisvalid AND c.relkind = 'i' AND c.relnamespace = current_schema()::regnamespace"""


class Command(migrate.Command):
    help = (
        f"{migrate.Command.help} Waits {LOCK_WAIT} for a lock, then lets everybody pass and tries again; what was not "
        "finished is taken back."
    )
    requires_system_checks = (Tags.models, Tags.database)  # the keys are no business of the schema's

    def handle(self, *args: Any, **options: Any) -> None:
        using = options["database"]
        connection, before = connections[using], None
        for left in reversed(range(TRIES)):
            try:
                with _alone(connection):
                    before = roles.rights(using=using) if before is None else before
                    _drop_half_built(connection)
                    super().handle(*args, **options)
                    roles.give(roles.rights(using=using) - before, using=using)
            except OperationalError as error:
                self._again(error, left)
            else:
                return

    def _again(self, error: OperationalError, left: int) -> None:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise error
        if not left:
            raise CommandError(
                f"Somebody works on a table for longer than {LOCK_WAIT} (see pg_stat_activity), {TRIES} times. The"
                " migration that waited for it was taken back: run migrate again.",
            ) from error
        self.stderr.write(f"A table is in use: again in {PAUSE:.0f} seconds.", style_func=str)
        time.sleep(PAUSE)


@contextmanager
def _alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """One at a time; a statement may take long (an index of a million rows), a wait for a lock may not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        if cursor.fetchone() != (connection.connection.info.backend_pid,):
            raise CommandError(POOLED)
        cursor.execute(ALONE)
        if cursor.fetchone() != (True,):
            raise CommandError("Another migrate is running: wait until it has ended. Nothing was changed.")
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_WAIT])
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
    try:
        yield
    except BaseException:
        _start_afresh(connection)
        raise
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
        cursor.execute("RESET statement_timeout")
        cursor.execute("RESET idle_in_transaction_session_timeout")
        cursor.execute(NOT_ALONE)


def _start_afresh(connection: BaseDatabaseWrapper) -> None:
    """Django leaves its transaction open where a statement that it deferred to a migration's end has failed."""
    # Closed alone it lets go when the server gets to notice: the next try, begun at once, would find itself in the way.
    with suppress(psycopg.Error):  # it broke, and has let go so
        connection.connection.rollback()
        connection.connection.execute(NOT_ALONE)
    connection.connection.close()  # not back to the pool
    connection.close()
    connection.connect()


def _drop_half_built(connection: BaseDatabaseWrapper) -> None:
    """What a CREATE INDEX CONCURRENTLY that broke off has left: it serves nobody, and is in the way of the next."""
    with connection.cursor() as cursor:
        cursor.execute(HALF_BUILT)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX CONCURRENTLY {name}")
