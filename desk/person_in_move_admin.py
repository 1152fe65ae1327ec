"""Somebody who has a part in a service's move, for the Registration Authority of their organisation: whom to call."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from apply.models import Invitation
from careid.people.models import Profile
from careid.trail import actors
from desk import diagnosis, find, move_verbs, movers_file, owned
from desk.assisting import may_assist
from desk.doing import Doing
from desk.door import sessions
from desk.filters import OneOrganisation
from desk.mover_filters import Call, HowFar, OneMove
from desk.scope import codes, held
from moves import stages
from moves.models import Person


@admin.register(Person)
class PersonInMoveAdmin(Doing):
    """Names of the admin's own organisations, in moves that were started. Who owns a service sees none."""

    within = "organisation__code"
    verbs = move_verbs.PERSON
    change_form_template = "admin/desk/mover.html"
    list_display = ("name", "email", "code", "move", "way", "how_far", "call_wanted")
    list_select_related = ("organisation", "move")
    list_filter = (HowFar, Call, OneMove, "way", ("organisation", OneOrganisation))
    search_fields = ("email",)  # shows the box; what it does stands below
    search_help_text = "Both names, or how a family name or an email address begins. Accents do not matter."
    ordering = ("family_name", "given_name", "pk")
    fields = (
        *("move", "given_name", "family_name", "email", "organisation", "way"),
        *("how_far", "answer", "answered_at", "call_wanted", "called_at", "who_called"),
    )
    readonly_fields = ("how_far", "call_wanted", "who_called")

    def theirs(self, rows: "QuerySet[Any]", request: HttpRequest) -> "QuerySet[Any]":
        """Whoever runs the service sees those of a draft too, to look at what they loaded."""
        shown = super().theirs(rows, request)
        shown = shown if request.user.is_superuser else shown.filter(owned.begun("move__"))
        ready, added = stages.ready(timezone.now()), stages.added()
        far: QuerySet[Any] = shown.annotate(ready=Q(ready), added=Q(added), on_file=stages.ON_FILE)
        return far.defer("when_words")

    @admin.display(description="name")
    def name(self, person: Person) -> str:
        return str(person)

    @admin.display(description="organisation")
    def code(self, person: Person) -> str:
        return person.organisation.code

    @admin.display(description="how far they are")
    def how_far(self, person: Any) -> str:
        if person.answer in Person.NO:
            return f"Answered: {person.get_answer_display().lower()}"
        if person.ready:
            return "Ready"
        if person.added:
            return "Added, and cannot use it yet"
        if person.on_file:
            return "On file, has added nothing"
        return "Invited to apply" if person.invitation_id else "Not on file"

    @admin.display(description="call")
    def call_wanted(self, person: Person) -> str:
        return {Person.Call.WANTED: "Wanted", Person.Call.DONE: "Done"}.get(Person.Call(person.call), "-")

    @admin.display(description="called by")
    def who_called(self, person: Person) -> str:
        return diagnosis.named([person.called_by])[0] if person.called_by else "-"

    def whose(self, row: Any) -> Profile | None:
        """Of nobody's profile: the one that was found may be another organisation's."""
        return None

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        return find.called(queryset, search_term) if search_term.strip() else queryset, False

    def about(self, request: HttpRequest, row: Person) -> dict[str, Any]:
        """What stops them, when a call suits, and the way to help them."""
        profile = held(Profile.objects.filter(pk=row.profile_id or 0), request.user, self.within).first()
        waits = row.call == Person.Call.WANTED and request.user.has_perm("moves.help_person")
        out = Person.objects.filter(stages.locked_out(row.move), pk=row.pk).exists()
        return {
            **super().about(request, row),
            "out": out and row.move.state == row.move.State.RUNNING,
            "when": (row.when_words or "They did not say.") if waits else "",
            "profile": profile if request.user.has_perm("careid.view_profile") else None,
            "elsewhere": profile is None and row.profile_id is not None,
            "may_assist": profile is not None and may_assist(request, profile),
            "invitation": self._invitation(request, row),
            "progress": reverse("admin:moves_move_progress", args=[row.move_id]),
        }

    def _invitation(self, request: HttpRequest, row: Person) -> Invitation | None:
        """What asks them to apply for a profile, where this admin may see it."""
        if row.invitation_id is None or not request.user.has_perm("apply.view_invitation"):
            return None
        return held(Invitation.objects.filter(pk=row.invitation_id), request.user, self.within).first()

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export)
        return [path("export/", export, name="moves_person_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The list as it is filtered now, by name, as CSV."""
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        if not (self.has_view_permission(request) and request.user.has_perm("careid.export_profile")):
            raise PermissionDenied
        if not sessions.is_fresh(request):
            return sessions.ask_again(request)
        rows = self.get_changelist_instance(request).get_queryset(request)
        return movers_file.download(
            rows, say=self.how_far, by=actors.admin(request.user.pk), organisations=codes(request.user)
        )
