"""The side bar of the list of applications."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apply.models import Application

ALL: Final = "all"
DAYS: Final = (3, 7, 14, 28)


class Standing(admin.SimpleListFilter):
    """Those that wait, unless others are asked for: it is a queue. Whoever searches looks through all."""

    title, parameter_name = "state", "state"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.usual = ALL if request.GET.get("q") else Application.State.WAITING.value
        super().__init__(request, *args)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return ((state.value, str(state.label)) for state in Application.State)

    def value(self) -> str:
        chosen = super().value()
        return chosen if chosen in {*Application.State.values, ALL} else self.usual

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, words in (*self.lookup_choices, (ALL, "All")):
            address = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": address, "display": words}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == ALL else queryset.filter(state=self.value())


class Age(admin.SimpleListFilter):
    title, parameter_name = "when they applied", "over"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return ((str(days), f"Over {days} days ago") for days in DAYS)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {str(days) for days in DAYS}:
            return queryset
        return queryset.filter(submitted_at__lt=timezone.now() - timedelta(days=int(self.value() or 0)))


class Checked(admin.SimpleListFilter):
    title, parameter_name = "identity", "checked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("yes", "Checked"), ("no", "Not checked yet"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        absent = {"yes": False, "no": True}.get(self.value() or "")
        return queryset if absent is None else queryset.filter(checked_at__isnull=absent)
