"""Find a person by what can be said on the phone: one box, and what is typed decides where is looked."""

import re
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from careid.people.folding import is_blank
from careid.people.typed import LINE_MOST, compact, one_line, start_of_address
from careid.trail import references
from careid.trail.models import Event

USER_ID: Final = re.compile(r"[0-9]{12}")
SOME: Final = 200
NOBODY: Final = Q(pk__in=[])
WORDS_MOST: Final = 6  # of a name, each a few more places to look in
REFERENCE: Final = re.compile(f"[{references.LETTERS}]{{6}}")


def profiles(rows: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    """The rows that a user id, a reference, the start of an email or of a family name names, by an index each."""
    led_to = of_reference(rows, typed)
    return rows.filter(pk__in=led_to) if led_to else named(rows, typed)


def named(rows: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    """The rows that a user id, the start of an email or of a family name names."""
    term = compact(typed)
    return rows.filter(user_id=term) if USER_ID.fullmatch(term) else called(rows, typed)


def invitations(rows: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    """The invitations that their reference, the start of an email or of a family name names."""
    referred = _referred(rows, typed, "reference")
    return referred if referred.exists() else called(rows, typed)


def applications(rows: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    """The applications that their reference, both names or the start of a family name names."""
    referred = _referred(rows, typed, "invitation__reference")
    return referred if referred.exists() else rows.filter(whose_name(_line(typed)))


def _referred(rows: "QuerySet[Any]", typed: str, path: str) -> "QuerySet[Any]":
    return rows.filter(**{path: references.written(compact(typed).upper())}) if is_reference(typed) else rows.none()


def _line(typed: str) -> str:
    """What was typed as a name or an address, no longer than one is."""
    return one_line(typed)[:LINE_MOST].replace("\0", "")


def called(rows: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    """The rows that the start of an email or of a family name names, whether they have a user id or not."""
    line = _line(typed)
    rows = rows.alias(lower_email=Lower("email"))
    start = start_of_address(line)
    address = Q(lower_email__startswith=start) if start else NOBODY
    return rows.filter(address if "@" in line else whose_name(line) | address)


def whose_name(line: str) -> Q:
    """Whose family name begins so, or whose given and family names do in either order, wherever the one ends."""
    words = [word for word in line.split(" ") if not is_blank(word)][:WORDS_MOST]
    if not words:
        return NOBODY
    found = Q(family_name__folded__startswith=" ".join(words))
    for cut in range(1, len(words)):
        first, last = " ".join(words[:cut]), " ".join(words[cut:])
        for given, family in ((first, last), (last, first)):
            found |= Q(given_name__folded__startswith=given, family_name__folded__startswith=family)
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
