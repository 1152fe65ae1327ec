"""Many new rows at once, by COPY: to make a statement of so many values takes longer than all the rest."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault


def add(rows: Sequence[models.Model]) -> None:
    """Write these new rows of one model as they are, in the caller's transaction.

    A key that the database gives stays unknown, and what the rows break of its rules is raised as psycopg says it.
    """
    if not rows:
        return
    meta, quoted = rows[0]._meta, connection.ops.quote_name
    fields = [field for field in meta.concrete_fields if not (field.primary_key and rows[0].pk is None)]
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {quoted(meta.db_table)} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([_kept(row, field) for field in fields])
            row._state.adding = False  # noqa: SLF001  as `save` leaves it


def _kept(row: models.Model, field: "models.Field[Any, Any]") -> Any:
    value = field.pre_save(row, add=True)
    if isinstance(value, DatabaseDefault):  # which is a constant
        value = field.db_default
    return field.get_db_prep_save(value, connection)
