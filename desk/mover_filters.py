"""The side bar of the list of people in moves."""

import re
from collections.abc import Iterable
from typing import Any, Final

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from desk import owned
from moves import stages
from moves.models import Move, Person

MOVES_LISTED: Final = 100  # more don't fit a side bar
KEY: Final = re.compile(r"[0-9]{1,18}")
WANTED: Final = Q(call=Person.Call.WANTED, move__state=Move.State.RUNNING)


def locked_out(moves: "QuerySet[Move]") -> Q:
    """Who will be locked out at the end of a move that runs, as things stand: one condition for each of their ends."""
    wanted, running = Q(pk__in=[]), Q(move__state=Move.State.RUNNING)
    for move in moves.filter(state=Move.State.RUNNING).order_by("ends_on").distinct("ends_on"):
        wanted |= running & Q(move__ends_on=move.ends_on) & stages.locked_out(move)
    return wanted


def _moves(request: HttpRequest) -> "QuerySet[Move]":
    """Those that the admin may see: what runs first, then drafts, then what is over."""
    return owned.moves(Move.objects.order_by("-state", "-ends_on", "slug"), request.user)


class OneMove(admin.SimpleListFilter):
    title, parameter_name = "move", "move"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """The first of them, and the one that the address names, which a move's own page leads to."""
        moves, asked = _moves(request).values_list("pk", "title"), self.value() or ""
        listed = dict(moves[:MOVES_LISTED])
        if KEY.fullmatch(asked) and int(asked) not in listed:
            listed |= dict(moves.filter(pk=int(asked)))
        return [(str(pk), title) for pk, title in listed.items()]

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
                return queryset.filter(locked_out(_moves(request)))
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
