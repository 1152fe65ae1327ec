"""The desk's list of people as a file: row by row, in short statements, however long it is."""

from collections.abc import Iterator
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
    theirs = Organisation.objects.filter(Exists(rows.order_by().filter(organisation=OuterRef("pk")))).order_by("code")
    concerned = list(theirs.values_list("code", flat=True))
    record_at_each(EventName.PROFILES_EXPORTED, organisations=concerned or organisations, actor=by)
    response = StreamingHttpResponse(spreadsheets.as_csv(_rows(rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="people.csv"'
    return response


def _rows(rows: "QuerySet[Any]") -> Iterator[list[object]]:
    yield [*(column.replace("__code", "") for column in COLUMNS), *KINDS, *LAST]
    live = Authenticator.live("authenticators__")
    having = {kind: Count("authenticators", filter=live & Q(authenticators__kind=kind)) for kind in KINDS}
    after = 0
    while True:
        # By the row's key and not by a cursor: each statement is short, and none holds what the others may need.
        chunk = list(rows.order_by("pk").filter(pk__gt=after).values_list("pk", flat=True)[:ROWS_AT_ONCE])
        if not chunk:
            return
        found = rows.model.objects.filter(pk__in=chunk).annotate(**having, **LAST)
        for row in found.order_by("pk").values_list(*COLUMNS, *KINDS, *LAST):
            yield [cell.isoformat(timespec="seconds") if hasattr(cell, "isoformat") else cell for cell in row]
        after = chunk[-1]
