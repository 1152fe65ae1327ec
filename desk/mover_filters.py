"""The side bar of the list of people in moves."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from desk import owned
from moves import stages
from moves.models import Move, Person

MOVES_LISTED: Final = 100  # the newest: more don't fit a side bar
WANTED: Final = Q(call=Person.Call.WANTED, move__state=Move.State.RUNNING)


def locked_out(moves: Iterable[Move]) -> Q:
    """Who will be locked out at the end of one of these moves, as things stand."""
    wanted = Q(pk__in=[])
    for move in moves:
        wanted |= Q(move=move) & stages.locked_out(move)
    return wanted


def _moves(request: HttpRequest) -> "QuerySet[Move]":
    return owned.moves(Move.objects.order_by("-ends_on", "slug"), request.user)


class OneMove(admin.SimpleListFilter):
    title, parameter_name = "move", "move"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        listed = _moves(request)[:MOVES_LISTED]
        return [(str(pk), title) for pk, title in listed.values_list("pk", "title")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        chosen = {str(pk) for pk, _ in self.lookup_choices}
        return queryset.filter(move=self.value()) if self.value() in chosen else queryset


class HowFar(admin.SimpleListFilter):
    title, parameter_name = "how far they are", "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (
            ("out", "Will be locked out"),
            ("not-ready", "Not ready yet"),
            ("ready", "Ready"),
            ("no", "Answered no"),
        )

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        ready = stages.ready(timezone.now())
        match self.value():
            case "out":
                running = _moves(request).filter(state=Move.State.RUNNING)[:MOVES_LISTED]
                return queryset.filter(locked_out(running))
            case "not-ready":
                return queryset.filter(~ready & ~stages.SAYS_NO)
            case "ready":
                return queryset.filter(ready)
            case "no":
                return queryset.filter(stages.SAYS_NO)
        return queryset


class Call(admin.SimpleListFilter):
    title, parameter_name = "call", "call"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("wanted", "Wants a call"), ("done", "Was called"))

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        match self.value():
            case "wanted":
                return queryset.filter(WANTED)
            case "done":
                return queryset.filter(call=Person.Call.DONE)
        return queryset
