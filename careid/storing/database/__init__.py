"""How long Postgres is waited for: seconds for a page, as long as it takes for work on many rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, transaction
from psycopg import AsyncConnection, Connection

# A page's, and whatever asks for no more.
LIMITS: Final = {
    "statement_timeout": "2500ms",
    "lock_timeout": "1s",
    "idle_in_transaction_session_timeout": "5s",
}


def options(given: str) -> str:
    """libpq's `options` with these limits; what DATABASE_URL says itself comes later, and so wins."""
    return " ".join([*(f"-c {name}={value}" for name, value in LIMITS.items()), given]).strip()


# In libpq's words, how soon a machine that went without a goodbye is missed: seconds; the last is in milliseconds.
CONNECTING: Final = {
    "connect_timeout": 3,  # of each host
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}


def connecting(address: dict[str, Any]) -> dict[str, Any]:
    """What DATABASE_URL says of connecting, with ours where it says nothing: of several hosts, the one that writes."""
    given: dict[str, Any] = address.get("OPTIONS", {})
    several = "," in f"{given.get('host', '')}{address.get('HOST', '')}"
    return CONNECTING | ({"target_session_attrs": "read-write"} if several else {}) | given


def only_reads(connection: Connection[Any] | AsyncConnection[Any]) -> bool:
    """Whether the server last said that this connection can't write: it is a standby, or was made to read alone.

    Postgres tells both at the start and when they change, behind the answer to the next statement.
    """
    told = (connection.info.parameter_status(name) for name in ("in_hot_standby", "default_transaction_read_only"))
    return "on" in told


@contextmanager
def patiently(*, for_locks: bool = True) -> Iterator[None]:
    """A transaction whose statements take as long as they need, and their waits for locks if `for_locks`.

    The limits are lifted for this transaction alone, so that no connection keeps that: neither the pool's, nor that of
    a pooler in between, which gives it to somebody else. Within another transaction they stand again afterwards.
    """
    lifted = {name: "0" for name in LIMITS if for_locks or name != "lock_timeout"}
    with transaction.atomic():
        before = _exchange(lifted)
        yield
        if not connection.needs_rollback:  # which takes these words back too
            _exchange(before)


def let_go() -> None:
    """Give the pool its connection back before a wait for something else; the next statement takes one again."""
    if not connection.in_atomic_block:
        connection.close()


def close_pool() -> None:
    """Close every connection of this process: one that is forked would inherit sockets without the pool's threads."""
    ours: Any = connection  # of the Postgres backend: the others have no pool
    ours.close()
    ours.close_pool()


def _exchange(limits: dict[str, str]) -> dict[str, str]:
    """Set these limits for the rest of the transaction. Returns those of before."""
    asked, told = (", ".join([words] * len(limits)) for words in ("current_setting(%s)", "set_config(%s, %s, true)"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", list(limits))
        before = dict(zip(limits, cursor.fetchone(), strict=True))
        cursor.execute(f"SELECT {told}", [word for pair in limits.items() for word in pair])
    return before
