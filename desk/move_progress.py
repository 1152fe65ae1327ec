"""How far a move has come, at the desk: in figures alone, by organisation, against its last day."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone

from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record_at_each
from desk import exports, move_days, owned
from desk.scope import codes
from moves import progress
from moves.models import Move
from moves.progress import Figures

COLUMNS: Final = ("organisation", "name", *progress.COUNTS, "percent_ready")
LENGTH: Final = 100  # of a bar, in the drawing's units


@dataclass(frozen=True)
class Row:
    """An organisation's figures, and its bar: how long each part is, and where the last one begins."""

    figures: Figures

    @property
    def in_time(self) -> int:
        """Who will be able to sign in after the last day, as things stand, and has not answered no."""
        return max(0, self.figures.people - self.figures.no - self.figures.locked_out)

    @property
    def ready(self) -> int:
        return self._length(self.in_time)

    @property
    def no(self) -> int:
        return self._length(self.figures.no)

    @property
    def out(self) -> int:
        return LENGTH - self.ready - self.no if self.figures.locked_out else 0

    @property
    def out_from(self) -> int:
        return self.ready + self.no

    def _length(self, part: int) -> int:
        return LENGTH * part // (self.figures.people or 1)


class MoveProgress:
    """The pages beneath a move's. `desk` is the move's ModelAdmin."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk

    def urls(self) -> list[URLPattern]:
        view = self.desk.admin_site.admin_view
        return [
            path("<int:pk>/progress/", view(self.page), name="moves_move_progress"),
            path("<int:pk>/figures/", view(self.figures), name="moves_move_figures"),
        ]

    def page(self, request: HttpRequest, pk: int) -> HttpResponse:
        move = self._move(request, pk)
        keys = owned.of_whom(request.user, move)
        rows = progress.of(move, keys)
        context = {
            **admin.site.each_context(request),
            "opts": self.desk.opts,
            "move": move,
            "days": move.days_left(timezone.localdate()),
            "all": Row(progress.total(rows)),
            "rows": [Row(one) for one in rows],
            "chart": move_days.chart(move, keys) if move.started_at else None,
            "of_all": keys is None,
            "has_names": owned.has_names(request.user, move),
            "title": "Progress",
        }
        return render(request, "admin/desk/move_progress.html", context)

    def figures(self, request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
        """The same figures as CSV; that they were asked for stands in the trail of each organisation first."""
        move = self._move(request, pk)
        if request.method != "GET":  # what asks without taking it would stand in the trail as a file
            return HttpResponseNotAllowed(["GET"])
        rows = progress.of(move, owned.of_whom(request.user, move))
        concerned = [one.code for one in rows] or codes(request.user)
        by, details = actors.admin(request.user.pk), {"move": move.slug}
        record_at_each(EventName.MOVE_EXPORTED, organisations=concerned, actor=by, details=details)
        return exports.attached(_lines(rows), f"{move.slug}.csv")

    def _move(self, request: HttpRequest, pk: int) -> Move:
        """One of the admin's moves; 404 where it is another's, as where there is none."""
        move: Move = self.desk.row(request, str(pk))
        if not self.desk.has_view_permission(request, move):
            raise PermissionDenied
        return move


def _lines(rows: list[Figures]) -> Iterator[list[object]]:
    yield list(COLUMNS)
    for one in rows:
        yield [one.code, one.name, *(getattr(one, name) for name in progress.COUNTS), one.percent_ready]
