"""The list of people in moves as a file: row by row, in short statements, however long it is."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from careid.trail.names import EventName
from careid.trail.record import record, together
from desk import exports

COLUMNS: Final = ("move", "last_day", "given_name", "family_name", "email", "organisation", "way", "how_far", "call")


def download(
    rows: "QuerySet[Any]", *, say: Callable[[Any], str], by: str, organisations: list[str]
) -> StreamingHttpResponse:
    """These people with how far they are, which `say` puts in words. It stands in the trail first.

    It stands in that of each organisation, for each move that somebody of the list has a part in there; for a list of
    nobody, of these.
    """
    parts = rows.order_by("move__slug", "organisation__code").values_list("move__slug", "organisation__code").distinct()
    with together():
        for slug, code in parts or [("", code) for code in organisations or [""]]:
            record(EventName.MOVE_EXPORTED, organisation=code, actor=by, details={"move": slug})
    return exports.attached(_lines(rows, say), "people-in-moves.csv")


def _lines(rows: "QuerySet[Any]", say: Callable[[Any], str]) -> Iterator[list[object]]:
    yield list(COLUMNS)
    for keys in exports.chunks(rows):
        found = rows.filter(pk__in=keys).order_by("pk").select_related("move", "organisation")
        yield from (_line(one, say(one)) for one in found)


def _line(one: Any, said: str) -> list[object]:
    names = (one.given_name, one.family_name, one.email, one.organisation.code, one.way)
    return [one.move.slug, one.move.ends_on.isoformat(), *names, said, one.call]
