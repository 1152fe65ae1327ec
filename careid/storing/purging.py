"""Deleting what is past its time, however much of it there is."""

from typing import Any, Final

from django.db.models import QuerySet

AT_ONCE: Final = 2_000  # rows a transaction: locks are short, and no statement meets its time limit


def purge(rows: "QuerySet[Any]") -> int:
    """Delete these rows and what hangs on them, some at a time. Returns how many there were."""
    deleted = 0
    while keys := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        deleted += len(keys)
    return deleted
