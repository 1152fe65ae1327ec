"""The trail as a file, a page of events at a time: never all of it in memory."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import TextIOBase
from typing import Final

from django.db.models import Min

from careid.people import spreadsheets
from careid.trail.models import Event
from careid.trail.seals.canonical import FIELDS, LEAST, PAGE, Row


def write(out: TextIOBase, *, form: str, since: datetime | None) -> int:
    """Write the events since a time, or all of them, in one of `FORMS`. Returns how many."""
    if form == "csv":
        out.writelines(spreadsheets.as_csv([FIELDS]))
    count = 0
    for line in FORMS[form](_rows(since)):
        out.write(line)
        count += 1
    return count


def _rows(since: datetime | None) -> Iterator[Row]:
    rows = Event.objects.order_by("sequence").values_list(*FIELDS)
    after = LEAST
    if since is not None:
        rows = rows.filter(at__gte=since)
        after = (Event.objects.filter(at__gte=since).aggregate(first=Min("sequence"))["first"] or 0) - 1
    while True:
        page = list(rows.filter(sequence__gt=after)[:PAGE])
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1][0]


def _csv(rows: Iterator[Row]) -> Iterator[str]:
    return spreadsheets.as_csv((_texts(row) for row in rows), begins=False)


def _json(rows: Iterator[Row]) -> Iterator[str]:
    for row in rows:
        values = [_utc(value) if isinstance(value, datetime) else value for value in row]
        yield json.dumps(dict(zip(FIELDS, values, strict=True)), default=str) + "\n"


def _texts(row: Row) -> Iterator[object]:
    for value in row:
        if isinstance(value, datetime):
            yield _utc(value)
        else:
            yield json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


FORMS: Final = {"csv": _csv, "jsonl": _json}
