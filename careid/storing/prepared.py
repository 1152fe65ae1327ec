"""A query whose SQL is made once, because making it takes the ORM ten times as long as asking.

It is here for few: those by which each page finds the row of a cookie, of the journey (`enrolment.journey`) or of
signing in (`sign_in.visits`, `sign_in.sessions`), and what one try to sign in with a password asks first. It reads the
ORM's private compiler, so a query of less weight does without; docs/performance.md has what each is worth.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, Generic, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)


_BESIDE: Final = "WITH other AS ({}) SELECT other.*, found.* FROM other LEFT JOIN ({}) AS found ON true"


class _Made(NamedTuple):
    """What there is to know of a query: `parameters` hold the places' own values, and `places` where each stands."""

    sql: str
    parameters: list[Any]
    places: list[list[int]]
    fields: tuple[int, list[str], type[models.Model]]
    annotations: dict[str, int]
    converters: dict[int, Any]
    populators: list[Any]
    width: int  # columns


class Prepared(Generic[Row]):
    """The query that `make` makes of `places`: values, each another, that hold the places of those asked with later.

    An instance that is found has what the query selects along with it (`select_related`, `annotate`).
    """

    def __init__(self, make: "Callable[..., models.QuerySet[Row]]", *places: Any) -> None:
        self._make, self._places = make, places

    def first(self, *values: Any) -> Row | None:
        """The first row found with these values in their places; None where there is none."""
        return next(iter(self.all(*values)), None)

    def all(self, *values: Any) -> list[Row]:
        """Every row found with these values in their places."""
        made = self._made
        with connection.cursor() as cursor:
            cursor.execute(made.sql, self._parameters(made, values))
            return [self._instance(made, list(row)) for row in cursor.fetchall()]

    def beside(self, statement: str, told: list[Any], *values: Any) -> tuple[tuple[Any, ...], Row | None]:
        """The one row that `statement` returns for its values, `told`; and what `first` finds, in the same trip."""
        made = self._made
        sql = _BESIDE.format(statement, made.sql)
        with connection.cursor() as cursor:
            cursor.execute(sql, [*told, *self._parameters(made, values)])
            row = cursor.fetchone()
        width = len(row) - made.width
        return row[:width], None if row[width + made.fields[0]] is None else self._instance(made, list(row[width:]))

    def _parameters(self, made: _Made, values: tuple[Any, ...]) -> list[Any]:
        parameters = made.parameters.copy()
        for value, places in zip(values, made.places, strict=True):
            for place in places:
                parameters[place] = value
        return parameters

    def _instance(self, made: _Made, row: list[Any]) -> Row:
        for at, (functions, expression) in made.converters.items():
            for convert in functions:
                row[at] = convert(row[at], expression, connection)
        start, names, model = made.fields
        instance: Any = model.from_db(connection.alias, names, row[start : start + len(names)])
        for populator in made.populators:
            populator.populate(row, instance)
        for name, at in made.annotations.items():
            setattr(instance, name, row[at])
        return instance  # type: ignore[no-any-return]  # of the class that the query is of

    @cached_property
    def _made(self) -> _Made:
        # As Django's own ModelIterable does it.
        compiler: SQLCompiler = self._make(*self._places).query.get_compiler(connection.alias)
        sql, parameters = compiler.as_sql()
        kind: Any = compiler.klass_info
        columns: Any = compiler.select
        places = kind["select_fields"]
        names = [column[0].target.attname for column in columns[places[0] : places[-1] + 1]]
        populators = get_related_populators(kind, columns, connection.alias)  # type: ignore[call-arg]  # the stubs are of a later Django
        return _Made(
            sql,
            list(parameters),
            [_where(parameters, one) for one in self._places],
            (places[0], names, kind["model"]),
            dict(compiler.annotation_col_map or {}),
            compiler.get_converters([column[0] for column in columns]),
            populators,
            len(columns),
        )


def _where(parameters: Any, value: Any) -> list[int]:
    """Where a value stands among a query's parameters; bytes stand there in the driver's wrapping."""
    found = [at for at, one in enumerate(parameters) if getattr(one, "obj", one) == value]
    if not found:
        raise ValueError(f"the query asks nothing with {value!r}")
    return found
