"""The side bar of the desk's lists: filters that cost the same however many rows there are."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from desk import outcomes, words
from desk.scope import organisations

OUTCOMES: Final = tuple(outcomes.WORDS)
DAYS: Final = (1, 7, 30, 90)
_OF_THIS: Final = Q(profile=OuterRef("pk"))
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


class Open(admin.SimpleListFilter):
    """Cases that wait for somebody, or are done with."""

    title, parameter_name = "state", "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("yes", "Open"), ("no", "Closed"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        is_open = {"yes": True, "no": False}.get(self.value() or "")
        return queryset if is_open is None else queryset.filter(closed_at__isnull=is_open)


class OnHold(admin.SimpleListFilter):
    title, parameter_name = "hold", "hold"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("yes", "On hold now"),)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        held = {"state": Authenticator.State.ACTIVE, "usable_from__gt": timezone.now()}
        return queryset.filter(**held) if self.value() == "yes" else queryset


class OneOrganisation(admin.RelatedFieldListFilter):
    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(one.pk), str(one)) for one in organisations(request.user)[:ORGANISATIONS_LISTED]]


class Outcome(admin.SimpleListFilter):
    """From a closed list: the stock filter reads the whole trail for it."""

    title = parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return ((outcome, outcomes.WORDS[outcome]) for outcome in OUTCOMES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(outcome=self.value()) if self.value() in OUTCOMES else queryset


class Happened(admin.SimpleListFilter):
    """What happened, in the desk's words."""

    title, parameter_name = "what happened", "name__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return ((str(name), said) for name, said in words.EVENTS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(name=self.value()) if self.value() in words.EVENTS else queryset


class HasKind(admin.SimpleListFilter):
    """Whether somebody has a live authenticator of a kind."""

    title, parameter_name = "authenticators", "has"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        for kind in KINDS.values():
            yield kind.slug, f"Has: {kind.title}"
            yield f"no-{kind.slug}", f"Lacks: {kind.title}"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        slug = value.removeprefix("no-")
        if slug not in KINDS:
            return queryset
        live = Exists(Authenticator.objects.live().filter(_OF_THIS, kind=slug))
        return queryset.filter(~live if value != slug else live)


class Why(admin.SimpleListFilter):
    """One reason, as a row of the dashboard leads to it: there are too many to choose from, so it shows when chosen."""

    title = parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return ((self.value() or "", capfirst(words.of_refusal(self.value() or ""))),) if self.value() else ()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(reason=self.value()) if self.value() else queryset


class Lately(admin.SimpleListFilter):
    """Rows of the last so many days."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return ((str(days), "In the last day" if days == 1 else f"In the last {days} days") for days in DAYS)

    @property
    def since(self) -> datetime | None:
        value = self.value() or ""
        return timezone.now() - timedelta(days=int(value)) if value in {str(days) for days in DAYS} else None


class HappenedLately(Lately):
    title, parameter_name = "when", "days"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        since = self.since
        return queryset if since is None else queryset.filter(at__gte=since)


class AddedLately(Lately):
    title, parameter_name = "when one was added", "added"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        since = self.since
        if since is None:
            return queryset
        return queryset.filter(Exists(Authenticator.objects.filter(_OF_THIS, added_at__gte=since)))


class Invited(admin.SimpleListFilter):
    """Who was invited, and what came of it."""

    title, parameter_name = "invitation", "invited"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("added", "Invited, and has added since"), ("waiting", "Invited, and has not"), ("no", "Not invited"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        since = Exists(Authenticator.objects.filter(_OF_THIS, added_at__gte=OuterRef("invited_at")))
        invited = queryset.filter(invited_at__isnull=False)
        match self.value():
            case "added":
                return invited.filter(since)
            case "waiting":
                return invited.filter(~since)
            case "no":
                return queryset.filter(invited_at__isnull=True)
        return queryset
