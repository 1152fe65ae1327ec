"""The side bar of the desk's lists: filters that cost the same however many rows there are."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from careid.models import Organisation

OUTCOMES: Final = ("ok", "refused", "withheld", "failed", "none")
ORGANISATIONS_LISTED: Final = 100  # thousands don't fit a side bar; the others' people are reached from their own page


class OnFile(admin.SimpleListFilter):
    """Whether a column holds anything, without saying what."""

    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("yes", "Yes"), ("no", "No"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        absent = {"yes": False, "no": True}.get(self.value() or "")
        return queryset if absent is None else queryset.filter(**{f"{self.column}__isnull": absent})


class NumberOnFile(OnFile):
    title = "National Insurance number on file"
    parameter_name = "number"
    column = "nino_fingerprint"


class EmailOnFile(OnFile):
    title = "email on file"
    parameter_name = "address"
    column = "email"


class OneOrganisation(admin.RelatedFieldListFilter):
    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(one.pk), str(one)) for one in Organisation.objects.all()[:ORGANISATIONS_LISTED]]


class Outcome(admin.SimpleListFilter):
    """From a closed list: the stock filter reads the whole trail for it."""

    title = parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return ((outcome, outcome) for outcome in OUTCOMES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(outcome=self.value()) if self.value() in OUTCOMES else queryset
