"""Who was invited to come on file, at the desk: one person or a file of them, each with how far it is."""

from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from apply import inviting
from apply.models import Application, Invitation
from careid.errors import Refused
from careid.limits import counting
from careid.people.models import Profile
from careid.trail import actors
from desk import diagnosis, find, invitation_export, invitation_file, invitation_words, words
from desk.doing import Doing
from desk.door import drafts, sessions
from desk.filters import OneOrganisation
from desk.invitation_filters import Age, State, ToLookAt
from desk.invitation_forms import InviteForm
from desk.invitation_words import VERBS
from desk.scope import codes
from desk.uploading import FilePages
from enrolment.journey import PAGE_METHODS

MAY_INVITE: Final = "apply.invite_applicant"
MAY_EXPORT: Final = (MAY_INVITE, "careid.export_profile")  # either
LIST: Final = "admin:apply_invitation_changelist"


@admin.register(Invitation)
class InvitationAdmin(Doing):
    within = "organisation__code"
    verbs = VERBS
    change_list_template = "admin/desk/invitation_list.html"
    list_display = ("reference", "name", "email", "code", "how_far", "invited", "runs_out")
    list_display_links = ("reference", "name")
    list_select_related = ("organisation", "mail")
    list_filter = (State, Age, ToLookAt, ("organisation", OneOrganisation))
    ordering = ("-made_at",)
    search_fields = ("reference",)  # shows the box; what it does stands in `find`
    search_help_text = "A reference, both names, or how a family name or an email address begins."
    fields = (
        *("reference", "name", "email", "organisation", "how_far", "who_invited", "the_note"),
        *("invited", "newest_link", "links", "runs_out", "times_reminded", "ended"),
    )
    readonly_fields = (
        *("name", "how_far", "who_invited", "the_note"),
        *("invited", "newest_link", "links", "runs_out", "times_reminded", "ended"),
    )

    @admin.display(description="name")
    def name(self, invitation: Invitation) -> str:
        return f"{invitation.given_name} {invitation.family_name}"

    @admin.display(description="organisation")
    def code(self, invitation: Invitation) -> str:
        return invitation.organisation.code

    @admin.display(description="how far it is")
    def how_far(self, invitation: Invitation) -> str:
        return invitation_words.how_far(invitation)

    @admin.display(description="invited")
    def invited(self, invitation: Invitation) -> str:
        return words.time(invitation.made_at)

    @admin.display(description="newest link sent")
    def newest_link(self, invitation: Invitation) -> str:
        return words.time(invitation.sent_at)

    @admin.display(description="ended")
    def ended(self, invitation: Invitation) -> str:
        return words.time(invitation.ended_at)

    @admin.display(description="link works until")
    def runs_out(self, invitation: Invitation) -> str:
        return words.time(invitation.expires_at) if invitation_words.lives(invitation) else "-"

    @admin.display(description="invited by")
    def who_invited(self, invitation: Invitation) -> str:
        return diagnosis.named([invitation.by])[0]

    @admin.display(description="note")
    def the_note(self, invitation: Invitation) -> str:
        return invitation.note or "-"

    @admin.display(description="links sent")
    def links(self, invitation: Invitation) -> int:
        return invitation.sends

    @admin.display(description="reminders of this link")
    def times_reminded(self, invitation: Invitation) -> str:
        return str(invitation.reminded) if invitation.reminds else "none: a move reminds them"

    def heading(self, row: Invitation) -> str:
        return f"Invitation {row.reference}: {self.name(row)}"

    def whose(self, row: Invitation) -> Profile | None:
        """Nobody's: who is on file, the page of an invitation tells of those alone who came there by it."""
        return None

    def about(self, request: HttpRequest, row: Invitation) -> dict[str, Any]:
        """The page says how far it is, and what to do where it goes no further."""
        shown: dict[str, Any] = {"guide": "admin/desk/invitation_guide.html", "steps": invitation_words.steps(row)}
        shown["application"] = Application.objects.filter(invitation=row).only("pk").first()
        return {**super().about(request, row), **shown, "advice": invitation_words.advice(row), "invitation": row}

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        return find.invitations(queryset, search_term) if search_term.strip() else queryset, False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("invite/", view(require_http_methods(PAGE_METHODS)(self.invite)), name="apply_invitation_invite"),
            path("export/", view(require_GET(self.export)), name="apply_invitation_export"),
            *FilePages(self, invitation_file.TAKING).urls("file/"),
            *super().get_urls(),
        ]

    def invite(self, request: HttpRequest) -> HttpResponse:
        """Ask for one person, and invite them."""
        if not request.user.has_perm(MAY_INVITE):
            raise PermissionDenied
        typed = request.POST if request.method == "POST" else None
        form = InviteForm(typed, initial=drafts.standing(request), user=request.user)
        if form.is_bound and form.is_valid() and (made := self._invited(request, form)):
            messages.success(request, f"{self.name(made)} was invited. Their email goes out now.")
            return redirect("admin:apply_invitation_change", made.pk)
        shown = {"opts": self.opts, "title": "Invite one person", "form": form}
        context = {**self.admin_site.each_context(request), **shown, "back": reverse(LIST)}
        return TemplateResponse(request, "admin/desk/invite_one.html", context, status=422 if form.errors else 200)

    def _invited(self, request: HttpRequest, form: InviteForm) -> Invitation | None:
        try:
            return inviting.invite(**form.cleaned_data, by=actors.admin(request.user.pk))
        except Refused as refused:
            form.add_error("email", words.REFUSED[refused.reason])
        except counting.Locked as locked:
            until = words.to_the_second(locked.verdict.until)
            form.add_error("email", f"{invitation_words.TOO_OFTEN} Try again after {until}.")
        return None

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The list as it is filtered now, as CSV."""
        if not (self.has_view_permission(request) and any(map(request.user.has_perm, MAY_EXPORT))):
            raise PermissionDenied
        if not sessions.is_fresh(request):
            return sessions.ask_again(request)
        rows = self.get_changelist_instance(request).get_queryset(request)
        return invitation_export.download(rows, by=actors.admin(request.user.pk), organisations=codes(request.user))
