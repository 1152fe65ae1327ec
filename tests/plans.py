"""Whether a question can be answered by an index, whatever Postgres reckons of a table that holds a few rows."""

from django.db import connection


def with_only(*indexes: str) -> None:
    """Until this transaction ends their tables are read through these indexes or, at a price that decides, whole.

    Which of two indexes costs less among a few rows hangs on what was counted when; a test that asks whether one *can*
    serve takes the others out of the reckoning. Errors: AssertionError where there is no such index.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'i' AND relname = ANY(%s)", [list(indexes)])
        assert {name for (name,) in cursor.fetchall()} == set(indexes)
        cursor.execute(
            """
            UPDATE pg_index SET indisvalid = false
            WHERE indrelid IN (SELECT indrelid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
                               WHERE relname = ANY(%(names)s))
            AND indexrelid NOT IN (SELECT oid FROM pg_class WHERE relkind = 'i' AND relname = ANY(%(names)s))
            """,
            {"names": list(indexes)},
        )
