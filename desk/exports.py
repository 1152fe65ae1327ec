"""The desk's list of people as a file: row by row, in short statements, however long it is."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.http import StreamingHttpResponse

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people import spreadsheets
from careid.people.models import Organisation
from careid.trail.names import EventName
from careid.trail.record import record_at_each

ROWS_AT_ONCE: Final = 2_000
COLUMNS: Final = ("user_id", "given_name", "family_name", "email", "state", "organisation__code", "invited_at")
LAST: Final = {"last_added": Max("authenticators__added_at"), "last_signed_in": Max("authenticators__last_used_at")}


def download(rows: "QuerySet[Any]", *, by: str, organisations: list[str]) -> StreamingHttpResponse:
    """These profiles with what they have, as CSV; that the file was asked for stands in the trail first.

    It stands in that of each organisation that somebody of the list belongs to; for a list of nobody, of these.
    """
    note(EventName.PROFILES_EXPORTED, rows, by=by, organisations=organisations)
    return attached(_rows(rows), "people.csv")


def note(event: EventName, rows: "QuerySet[Any]", *, by: str, organisations: list[str]) -> None:
    """Have it in the trail that these rows are given as a file, of each organisation that one of them belongs to."""
    theirs = Organisation.objects.filter(Exists(rows.order_by().filter(organisation=OuterRef("pk")))).order_by("code")
    concerned = list(theirs.values_list("code", flat=True))
    record_at_each(event, organisations=concerned or organisations, actor=by)


def attached(rows: Iterable[Iterable[object]], name: str) -> StreamingHttpResponse:
    """The rows as a file of CSV with this name."""
    response = StreamingHttpResponse(spreadsheets.as_csv(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def chunks(rows: "QuerySet[Any]") -> Iterator[list[Any]]:
    """The rows' keys, some at a time.

    By the row's key and not by a cursor: each statement is short, and none holds what the others may need.
    """
    ordered = rows.order_by("pk")
    after: dict[str, Any] = {}
    while keys := list(ordered.filter(**after).values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        yield keys
        after = {"pk__gt": keys[-1]}


def cell(value: Any) -> object:
    """A value as its cell has it: a moment to the second."""
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else value


def _rows(rows: "QuerySet[Any]") -> Iterator[list[object]]:
    yield [*(column.replace("__code", "") for column in COLUMNS), *KINDS, *LAST]
    live = Authenticator.live("authenticators__")
    having = {kind: Count("authenticators", filter=live & Q(authenticators__kind=kind)) for kind in KINDS}
    for keys in chunks(rows):
        found = rows.model.objects.filter(pk__in=keys).annotate(**having, **LAST)
        for row in found.order_by("pk").values_list(*COLUMNS, *KINDS, *LAST):
            yield list(map(cell, row))
