"""What narrows down the list of invitations: how old they are, and which want somebody to look at them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst

from apply.models import Invitation
from careid.post.models import Mail
from desk.filters import Lately

OLDER: Final = (7, 21)  # days
SOON: Final = timedelta(days=3)
LIVE: Final = Q(state__in=Invitation.LIVE)


def running_out() -> Q:
    """Those whose link works for three days more, at most."""
    now = timezone.now()
    return LIVE & Q(expires_at__gt=now, expires_at__lte=now + SOON)


def undelivered() -> Q:
    """Those whose newest link could not be delivered."""
    return LIVE & Q(mail__state=Mail.State.FAILED)


class State(admin.SimpleListFilter):
    """How far an invitation is."""

    title, parameter_name = "state", "state__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return ((one.value, capfirst(one.label)) for one in Invitation.State)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value()) if self.value() in Invitation.State.values else queryset


class Age(Lately):
    """How long ago somebody was invited."""

    title, parameter_name = "when they were invited", "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        yield from super().lookups(request, model_admin)
        for days in OLDER:
            yield f"over-{days}", f"More than {days} days ago"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (since := self.since) is not None:
            return queryset.filter(made_at__gte=since)
        days = (self.value() or "").removeprefix("over-")
        if days not in {str(one) for one in OLDER}:
            return queryset
        return queryset.filter(made_at__lt=timezone.now() - timedelta(days=int(days)))


class ToLookAt(admin.SimpleListFilter):
    """Invitations that come to nothing unless somebody does something."""

    title, parameter_name = "what to look at", "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("soon", f"Runs out within {SOON.days} days"), ("refused", "Its email could not be sent"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = {"soon": running_out, "refused": undelivered}.get(self.value() or "")
        return queryset.filter(asked()) if asked else queryset
