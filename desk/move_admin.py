"""A service's move, at the desk: made by whoever looks after the service, and led from its page."""

from typing import Any, Final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone

from careid.errors import Refused, counted
from careid.trail import actors
from desk import move_verbs, owned, words
from desk.client_admin import RELATED
from desk.doing import Doing
from desk.fields import TYPED
from desk.move_form import MoveForm
from desk.move_people import PEOPLE, may_load
from desk.move_progress import MoveProgress
from desk.uploading import FilePages
from desk.verb import Verb
from moves import making
from moves.models import Move, Person

WORDS: Final = ("title", "what_changes", "who_is_affected", "whom_to_ask", "starts_on")


@admin.register(Move)
class MoveAdmin(Doing):
    """Owners of a service make and lead its moves; the Registration Authority reads those that its people are in."""

    form = MoveForm
    verbs = move_verbs.MOVE
    formfield_overrides = TYPED
    change_form_template = "admin/desk/move.html"
    list_display = ("title", "service", "state", "ends_on", "days_left")
    list_filter = ("state",)
    list_select_related = ("service",)
    ordering = ("-ends_on", "slug")
    fields = ("service", "title", "slug", *WORDS[1:], "ends_on")

    def theirs(self, rows: "QuerySet[Any]", request: HttpRequest) -> "QuerySet[Any]":
        return owned.moves(rows, request.user)

    @admin.display(description="days left")
    def days_left(self, move: Move) -> str:
        left = move.days_left(timezone.localdate())
        return str(left) if move.state in owned.OPEN and left >= 0 else "-"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("moves.add_move") and owned.services(request.user).exists()

    def has_change_permission(self, request: HttpRequest, obj: Move | None = None) -> bool:
        may = request.user.has_perm("moves.change_move")
        return may and (obj is None or (obj.state in owned.OPEN and owned.owns(request.user, obj)))

    def may(self, request: HttpRequest, row: Any, verb: Verb) -> bool:
        return super().may(request, row, verb) and owned.owns(request.user, row)

    def get_fields(self, request: HttpRequest, obj: Move | None = None) -> tuple[str, ...]:
        """Which service it is of is chosen once."""
        return self.fields[1:] if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Move | None = None) -> tuple[str, ...]:
        """What people were told stays; the last day has a page of its own, which tells them."""
        return () if obj is None or obj.state == Move.State.DRAFT else ("slug", "ends_on")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Of the services that the admin looks after, without the buttons that change one."""
        field: Any = super().formfield_for_foreignkey(
            db_field, request, queryset=owned.services(request.user), **kwargs
        )
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "service":
            vars(field.widget).update(dict.fromkeys((*RELATED, "can_add_related"), False))
        return field

    def get_urls(self) -> list[URLPattern]:
        return [*FilePages(self, PEOPLE).urls("<int:pk>/people/"), *MoveProgress(self).urls(), *super().get_urls()]

    def about(self, request: HttpRequest, row: Move | None) -> dict[str, Any]:
        """What stands above the words of a move: how it goes, and what can be done."""
        if row is None:
            return {}
        return {
            **super().about(request, row),
            "days": row.days_left(timezone.localdate()),
            "owns": owned.owns(request.user, row),
            "many": self._counted(request, row),
            "may_load": may_load(request, row),
            "has_names": owned.has_names(request.user, row),
        }

    def _counted(self, request: HttpRequest, move: Move) -> int:
        rows, keys = Person.objects.filter(move=move), owned.of_whom(request.user, move)
        return (rows if keys is None else rows.filter(organisation__in=keys)).count()

    def tells(self, row: Any, verb: Verb) -> str:
        many = counted(Person.objects.filter(move=row).count(), "person is", "people are")
        return f"{verb.tells} {many} in it now." if verb.slug != "stop" else verb.tells

    def changeform_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        """Django's; what the rule refuses is told, and nothing is kept."""
        try:
            return super().changeform_view(request, *args, **more)
        except Refused as refused:
            messages.error(request, words.REFUSED.get(refused.reason, refused.reason))
            return redirect(request.path)

    def save_model(self, request: HttpRequest, obj: Move, form: Any, change: Any) -> None:
        """The row and its event, by the rule, in the transaction of Django's own view."""
        by = actors.admin(request.user.pk)
        if change:
            making.change(move=obj, changed=form.changed_data, by=by)
        else:
            making.make(move=obj, by=by)
