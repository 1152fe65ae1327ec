"""A query that every page asks: its SQL is made once, because making it takes the ORM several times as long as asking.

Only for a query whose making is a twentieth of an enrolment's processor time or more (docs/performance.md): it reads
the ORM's private compiler.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)


class Prepared(Generic[Row]):
    """Of a query that `make` makes, with any values in its conditions; asked with those that are meant, in order.

    What it returns is what the query would: an instance of its model, with what it selects along with it.
    """

    def __init__(self, make: Callable[[], "models.QuerySet[Row]"]) -> None:
        self._make = make

    def first(self, *values: Any) -> Row | None:
        """The first row that these values find, if any."""
        with connection.cursor() as cursor:
            cursor.execute(self._made[0], values)
            found = cursor.fetchone()
        return None if found is None else self._instance(list(found))

    def _instance(self, row: list[Any]) -> Row:
        _, fields, converters, populators = self._made
        for at, (functions, expression) in converters.items():
            for convert in functions:
                row[at] = convert(row[at], expression, connection)
        start, names, model = fields
        instance: Row = model.from_db(connection.alias, names, row[start : start + len(names)])
        for populator in populators:
            populator.populate(row, instance)
        return instance

    @cached_property
    def _made(self) -> tuple[str, tuple[int, list[str], type[Row]], dict[int, Any], list[Any]]:
        # As Django's own ModelIterable does it.
        compiler: SQLCompiler = self._make().query.get_compiler(connection.alias)
        sql, _ = compiler.as_sql()
        kind: Any = compiler.klass_info
        columns: Any = compiler.select
        places = kind["select_fields"]
        names = [column[0].target.attname for column in columns[places[0] : places[-1] + 1]]
        converters = compiler.get_converters([column[0] for column in columns])
        populators = get_related_populators(kind, columns, connection.alias)  # type: ignore[call-arg]  # the stubs are of a later Django
        return sql, (places[0], names, kind["model"]), converters, populators
