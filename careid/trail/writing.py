"""How events reach their table: many at once, in SQL of its own, since each change of anything writes some."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection

from careid.trail.models import Event


def insert(events: Sequence[Event]) -> None:
    """Write these in their order, in one statement of the caller's transaction, and give each its number."""
    if not events:
        return
    fields, head, row = _statement()
    values = [field.get_db_prep_save(vars(one)[field.attname], connection) for one in events for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"{head}{', '.join([row] * len(events))} RETURNING sequence", values)
        for one, (sequence,) in zip(events, cursor.fetchall(), strict=True):
            one.sequence, one._state.adding = sequence, False  # noqa: SLF001  as `save` leaves it


@cache
def _statement() -> tuple[list[Any], str, str]:
    """The columns but for the number, which Postgres gives; the statement before its rows, and a row's places."""
    fields = [field for field in Event._meta.concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    head = f"INSERT INTO {Event._meta.db_table} ({names}) VALUES "  # noqa: S608  the model's own names
    return fields, head, f"({', '.join(['%s'] * len(fields))})"
