"""Find a person by what can be said on the phone: one box, and what is typed decides where is looked."""

import re
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from careid.people.typed import compact, one_line
from careid.trail import references
from careid.trail.models import Event

USER_ID: Final = re.compile(r"[0-9]{12}")
SOME: Final = 200
REFERENCE: Final = re.compile(r"[A-Z0-9]{6}")


def profiles(rows: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    """The rows that a user id, a reference, the start of an email or of a family name names, by an index each."""
    term, found = compact(typed).upper(), named(rows, typed)
    if REFERENCE.fullmatch(term) and (pks := of_reference(term)):
        return rows.filter(Q(pk__in=pks))
    return found


def named(rows: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    """The rows that a user id, the start of an email or of a family name names."""
    term, line = compact(typed), one_line(typed).replace("\0", "").lower()
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


def of_reference(reference: str) -> list[int]:
    """The profiles that an attempt's reference leads to."""
    events = Event.objects.filter(reference=references.written(reference), profile_id__isnull=False)
    return [pk for pk in events.values_list("profile_id", flat=True).distinct() if pk]


def matched_nobody(typed: str) -> bool:
    """Whether what was typed is the reference of an attempt whose details named no profile."""
    term = compact(typed).upper()
    if not REFERENCE.fullmatch(term):
        return False
    events = Event.objects.filter(reference=references.written(term))
    return events.filter(reason="no_profile").exists()


def _starts(rows: "QuerySet[Any]", column: str, start: str) -> "QuerySet[Any]":
    lower = f"lower_{column}"
    found: QuerySet[Any] = rows.alias(**{lower: Lower(column)}).filter(**{f"{lower}__startswith": start})
    return found
