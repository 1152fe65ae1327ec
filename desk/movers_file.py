"""The list of people in moves as a file: row by row, in short statements, however long it is."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.http import StreamingHttpResponse

from careid.people import spreadsheets
from careid.people.models import Organisation
from careid.trail.names import EventName
from careid.trail.record import record_at_each, together
from moves.models import Move

ROWS_AT_ONCE: Final = 2_000
COLUMNS: Final = ("move", "last_day", "given_name", "family_name", "email", "organisation", "way", "how_far", "call")


def download(
    rows: "QuerySet[Any]", *, say: Callable[[Any], str], by: str, organisations: list[str]
) -> StreamingHttpResponse:
    """These people with how far they are, which `say` puts in words. It stands in the trail first.

    It stands in that of each organisation that somebody of the list belongs to; for a list of nobody, of these.
    """
    of_one = rows.order_by().filter(organisation=OuterRef("pk"))
    concerned = list(Organisation.objects.filter(Exists(of_one)).order_by("code").values_list("code", flat=True))
    slugs = Move.objects.filter(Exists(rows.order_by().filter(move=OuterRef("pk")))).order_by("slug")
    with together():
        for slug in slugs.values_list("slug", flat=True) or [""]:
            details = {"move": slug}
            record_at_each(EventName.MOVE_EXPORTED, organisations=concerned or organisations, actor=by, details=details)
    response = StreamingHttpResponse(spreadsheets.as_csv(_lines(rows, say)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="people-in-moves.csv"'
    return response


def _lines(rows: "QuerySet[Any]", say: Callable[[Any], str]) -> Iterator[list[object]]:
    yield list(COLUMNS)
    after: Any = None
    while True:
        # By the row's key and not by a cursor: each statement is short, and none holds what the others may need.
        left = rows.order_by("pk") if after is None else rows.order_by("pk").filter(pk__gt=after)
        chunk = list(left.select_related("move", "organisation")[:ROWS_AT_ONCE])
        if not chunk:
            return
        yield from (_line(one, say(one)) for one in chunk)
        after = chunk[-1].pk


def _line(one: Any, said: str) -> list[object]:
    names = (one.given_name, one.family_name, one.email, one.organisation.code, one.way)
    return [one.move.slug, one.move.ends_on.isoformat(), *names, said, one.call]
