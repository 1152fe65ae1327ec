"""Find a person by what can be said on the phone: one box, and what is typed decides where is looked."""

import re
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.functions import Lower

from careid.people.typed import LINE_MOST, compact, one_line
from careid.trail import references
from careid.trail.models import Event

USER_ID: Final = re.compile(r"[0-9]{12}")
SOME: Final = 200
REFERENCE: Final = re.compile(f"[{references.LETTERS}]{{6}}")


def profiles(rows: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    """The rows that a user id, a reference, the start of an email or of a family name names, by an index each."""
    led_to = of_reference(rows, typed)
    return rows.filter(pk__in=led_to) if led_to else named(rows, typed)


def named(rows: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    """The rows that a user id, the start of an email or of a family name names."""
    term, line = compact(typed), one_line(typed)[:LINE_MOST].replace("\0", "").lower()
    if USER_ID.fullmatch(term):
        return rows.filter(user_id=term)
    if "@" in line:
        return _starts(rows, "email", line)
    given, _, family = line.rpartition(" ")
    found = _starts(rows, "family_name", line) | _starts(rows, "email", line)
    if given:
        found |= _starts(_starts(rows, "family_name", family), "given_name", given)
    return found


def some(rows: "QuerySet[Any]") -> list[int]:
    """The keys of the first rows: what hangs on people is then looked up by an index, however common the name."""
    return list(rows.values_list("pk", flat=True)[:SOME])


def is_reference(typed: str) -> bool:
    """Whether what was typed has the form of an attempt's reference."""
    return bool(REFERENCE.fullmatch(compact(typed).upper()))


def of_reference(rows: "QuerySet[Any]", typed: str) -> list[int]:
    """The keys of those of the rows that an attempt's reference leads to.

    One that leads to somebody else's row, one whose details named nobody and one that never was are the same.
    """
    if not is_reference(typed):
        return []
    written = references.written(compact(typed).upper())
    events = Event.objects.filter(reference=written, profile_id__isnull=False)
    named = [pk for pk in events.values_list("profile_id", flat=True).distinct() if pk]
    return list(rows.filter(pk__in=named).values_list("pk", flat=True))


def _starts(rows: "QuerySet[Any]", column: str, start: str) -> "QuerySet[Any]":
    lower = f"lower_{column}"
    found: QuerySet[Any] = rows.alias(**{lower: Lower(column)}).filter(**{f"{lower}__startswith": start})
    return found
