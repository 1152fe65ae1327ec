"""Applications for a profile, at the desk: a queue, the oldest first; on one page, who it may be, and yes or no."""

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apply import oneself, reasons, routes
from apply.models import Application
from careid.errors import Refused, counted
from careid.pages import times
from careid.people.models import Profile
from desk import application_page, application_verbs, application_words, find, words
from desk.application_filters import Age, Checked, Standing
from desk.doing import Doing
from desk.filters import OneOrganisation
from desk.scope import held
from desk.verb import Verb
from desk.verb_forms import ReasonForm

CHECK, DECISION = "The check", "The decision"
PAGE: Final[dict[str, tuple[str, ...]]] = {
    "Who applies": ("invited_as", "given_as", "born", "email", "organisation"),
    "How they came": ("invited_by", "reference", "submitted"),
    CHECK: ("how", "who_checked", "when_checked", "seen", "note_on_it"),
    DECISION: ("state", "why", "who_decided", "when_decided"),
}


@admin.register(Application)
class ApplicationAdmin(Doing):
    within = "organisation__code"
    verbs = application_verbs.APPLICATION
    change_form_template = "admin/desk/application.html"
    list_display = ("name", "waited", "identity", "state", "code")
    list_select_related = ("organisation", "invitation__organisation")
    list_filter = (Standing, Age, Checked, ("organisation", OneOrganisation))
    search_fields = ("family_name",)  # shows the box; what it does stands below
    search_help_text = "A reference, both names, or how a family name begins. It looks through all, decided ones too."
    ordering = ("submitted_at", "pk")
    readonly_fields = tuple(name for names in PAGE.values() for name in names)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without what has not happened yet."""
        unchecked, waits = obj and not obj.checked_at, obj and obj.state == Application.State.WAITING
        shown = PAGE | ({CHECK: ("how",)} if unchecked else {}) | ({DECISION: ()} if waits else {})
        return [(title, {"fields": names}) for title, names in shown.items() if names]

    @admin.display(description="name")
    def name(self, application: Application) -> str:
        return str(application)

    @admin.display(description="names as on their documents")
    def given_as(self, application: Application) -> str:
        return str(application)

    @admin.display(description="names as invited")
    def invited_as(self, application: Application) -> str:
        return f"{application.invitation.given_name} {application.invitation.family_name}"

    @admin.display(description="date of birth")
    def born(self, application: Application) -> str:
        return application_page.born(application)

    @admin.display(description="email address, which they proved")
    def email(self, application: Application) -> str:
        return application.invitation.email

    @admin.display(description="organisation")
    def code(self, application: Application) -> str:
        return application.organisation.code

    @admin.display(description="applied")
    def waited(self, application: Application) -> str:
        """How long ago, as long as it waits; else the day."""
        if application.state != Application.State.WAITING:
            return times.day(application.submitted_at)
        days = (timezone.localdate() - timezone.localdate(application.submitted_at)).days
        return f"{counted(days, 'day')} ago" if days else "today"

    @admin.display(description="identity")
    def identity(self, application: Application) -> str:
        return application.get_checked_display() or "not checked yet"

    @admin.display(description="invited by")
    def invited_by(self, application: Application) -> str:
        return application_page.named(application.invitation.by)

    @admin.display(description="reference")
    def reference(self, application: Application) -> str:
        return application.invitation.reference

    @admin.display(description="applied")
    def submitted(self, application: Application) -> str:
        return words.to_the_second(application.submitted_at)

    @admin.display(description="how identity was checked")
    def how(self, application: Application) -> str:
        return application.get_checked_display() or "Not yet"

    @admin.display(description="by whom")
    def who_checked(self, application: Application) -> str:
        return application_page.named(application.checked_by)

    @admin.display(description="recorded")
    def when_checked(self, application: Application) -> str:
        return words.to_the_second(application.checked_at) or "-"

    @admin.display(description="documents seen")
    def seen(self, application: Application) -> str:
        return ", ".join(routes.DOCUMENTS[one].words for one in application.documents) or "-"

    @admin.display(description="note")
    def note_on_it(self, application: Application) -> str:
        return application.note or "-"

    @admin.display(description="why")
    def why(self, application: Application) -> str:
        return reasons.REJECT.get(application.reason, "-")

    @admin.display(description="decided by")
    def who_decided(self, application: Application) -> str:
        return application_page.named(application.decided_by)

    @admin.display(description="decided")
    def when_decided(self, application: Application) -> str:
        return words.to_the_second(application.decided_at) or "-"

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        return find.applications(queryset, search_term) if search_term.strip() else queryset, False

    def is_own_row(self, request: HttpRequest, row: Application) -> bool:
        return isinstance(request.user, User) and oneself.is_accounts(request.user, row)

    def form_of(self, verb: Verb, row: Application, *typed: Any, **more: Any) -> forms.Form:
        of_it = {} if verb.form is ReasonForm else {"application": row}
        return super().form_of(verb, row, *typed, **of_it, **more)

    def given(self, request: HttpRequest, row: Application, verb: Verb) -> dict[str, Any]:
        facts: dict[str, Any] = {"oneself": self.is_own_row(request, row)}
        return facts | ({"among": self._profiles(request)} if verb.slug == "approve" else {})

    def _profiles(self, request: HttpRequest) -> "QuerySet[Profile]":
        """Those that this admin may see."""
        if not request.user.has_perm("careid.view_profile"):
            return Profile.objects.none()
        return held(Profile.objects.all(), request.user, "organisation__code")

    def refused(self, request: HttpRequest, row: Application, refused: Refused, typed: dict[str, Any]) -> str:
        if refused.reason == "has_profile":
            return application_words.has_profile(self._profiles(request).get(pk=refused.facts["profile"]))
        return application_words.REFUSED.get(refused.reason) or super().refused(request, row, refused, typed)

    def about(self, request: HttpRequest, row: Application) -> dict[str, Any]:
        page = application_page.about(request, row, profiles=self._profiles(request), others=self.get_queryset(request))
        return super().about(request, row) | page | {"own": self.is_own_row(request, row)}
