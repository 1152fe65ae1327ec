"""Deleting what is past its time, however much of it there is."""

from typing import Any, Final

from django.db.models import QuerySet

from careid.storing import database

AT_ONCE: Final = 2_000  # rows a transaction: locks are short


def purge(rows: "QuerySet[Any]") -> int:
    """Delete these rows and what hangs on them, some at a time. Returns how many there were."""
    deleted = 0
    while some := _some(rows):
        deleted += some
    return deleted


def _some(rows: "QuerySet[Any]") -> int:
    with database.patiently():
        keys = list(rows.values_list("pk", flat=True)[:AT_ONCE])
        rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)
