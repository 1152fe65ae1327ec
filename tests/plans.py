"""How Postgres plans a question, whatever it has counted by itself in this run."""

from django.db import connection


def never_counted(*tables: str) -> None:
    """Until this transaction ends Postgres reckons with these tables as with new ones, and reads none as it stands.

    To it a new table is ten pages full of rows. When it counts hangs on when it looked, and of the few rows that a test
    leaves any index costs the same. Errors: AssertionError where there is no such table.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT oid FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s)", [list(tables)])
        found = [oid for (oid,) in cursor.fetchall()]
        assert len(found) == len(tables)
        cursor.execute("DELETE FROM pg_statistic WHERE starelid = ANY(%s)", [found])
        cursor.execute(
            """UPDATE pg_class SET relpages = 0, reltuples = -1 WHERE oid = ANY(%(found)s)
               OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = ANY(%(found)s))""",
            {"found": found},
        )
