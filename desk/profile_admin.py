"""A person at the desk: found by what can be said on the phone; on one page, what stops them and what can be done."""

from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from authenticators.registry import KINDS
from careid.errors import counted
from careid.limits import counting
from careid.people.models import Profile
from careid.people.typed import national_insurance_number
from careid.trail import actors, duties
from desk import dashboard, exports, find, person_page, verbs, words
from desk.assisting import Assisting
from desk.doing import Doing
from desk.door import sessions
from desk.filters import AddedLately, EmailOnFile, HasKind, Invited, NumberOnFile, OneOrganisation
from desk.people import People
from desk.read_only import looks_like_a_number
from desk.scope import codes
from profiles import inviting, numbers

INVITED_AT_ONCE: Final = 500
# The same whether the details named nobody, or somebody of another organisation, or there is no such reference.
LEADS_NOWHERE: Final = (
    "That reference leads to nobody whose profile you look after. Check its letters, and the address and the number "
    "that the person types."
)


@admin.register(Profile)
class ProfileAdmin(Doing):
    within = "organisation__code"
    verbs = verbs.PROFILE
    change_form_template = "admin/careid/profile/page.html"
    list_display = ("user_id", "name", "state", "on_file", "has", "email", "code")
    list_display_links = ("user_id", "name")
    list_select_related = ("organisation",)
    list_filter = (
        *("state", NumberOnFile, EmailOnFile, HasKind, AddedLately, Invited),
        ("organisation", OneOrganisation),
    )
    search_fields = ("user_id",)  # shows the box; what it does stands in `find`
    search_help_text = (
        "A user id, a reference, both names, or how a family name or an email address begins. Accents do not matter."
    )
    fields = (
        *("user_id", "given_name", "family_name", "email", "on_file", "identity_level", "organisation", "state"),
        *("why_closed", "previous_email", "email_changed_at", "number_changed_at", "invited_at", "source"),
        "created_at",
    )
    readonly_fields = ("on_file", "number_changed_at", "why_closed")

    @admin.display(description="name")
    def name(self, profile: Profile) -> str:
        return str(profile)

    @admin.display(description="organisation")
    def code(self, profile: Profile) -> str:
        return profile.organisation.code

    @admin.display(description="authenticators")
    def has(self, profile: Profile) -> str:
        """The kinds of which they have any that is live, as the list read them for the whole page."""
        return ", ".join(KINDS[slug].title for slug in getattr(profile, "kinds", ())) or "-"

    @admin.display(description="NI number on file", boolean=True)
    def on_file(self, profile: Profile) -> bool:
        return profile.nino_fingerprint is not None

    @admin.display(description="NI number changed at")
    def number_changed_at(self, profile: Profile) -> str:
        return words.to_the_second(profile.nino_changed_at) or "-"

    @admin.display(description="why closed")
    def why_closed(self, profile: Profile) -> str:
        return words.why_closed(profile) or "-"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[People]:
        return People

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        return find.profiles(queryset, search_term) if search_term.strip() else queryset, False

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """By name where somebody is looked for, else the newest first, as an index has them."""
        return ("family_name", "given_name", "pk") if request.GET.get("q") else ("-pk",)

    def find(self, request: HttpRequest) -> HttpResponse:
        """Straight to the person where one alone is found, else to the list of those who are."""
        typed = request.GET.get("q", "")
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = list(find.profiles(self.get_queryset(request), typed)[:2]) if typed.strip() else []
        if len(found) == 1:
            return redirect("admin:careid_profile_change", found[0].pk)
        listed = reverse("admin:careid_profile_changelist")
        return redirect(f"{listed}?{urlencode({'q': typed})}" if typed and not looks_like_a_number(typed) else listed)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        typed = request.GET.get("q", "")
        if find.is_reference(typed) and not find.profiles(self.get_queryset(request), typed).exists():
            messages.info(request, LEADS_NOWHERE)
        return super().changelist_view(request, {"title": "Find a person", **(extra_context or {})})

    @duties.read_once()
    def about(self, request: HttpRequest, row: Profile) -> dict[str, Any]:
        return {**super().about(request, row), **person_page.about(request, row, desk=self)}

    def get_urls(self) -> list[URLPattern]:
        by_number = self.admin_site.admin_view(self.by_number)
        return [
            path("by-number/", by_number, name="careid_profile_by_number"),
            path("find/", self.admin_site.admin_view(self.find), name="careid_profile_find"),
            *Assisting(self).urls(),
            path("dashboard/", self.admin_site.admin_view(dashboard.page), name="careid_dashboard"),
            path("export/", self.admin_site.admin_view(self.export), name="careid_profile_export"),
            path("invite/", self.admin_site.admin_view(self.invite_all), name="careid_profile_invite_all"),
            *super().get_urls(),
        ]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The list as it is filtered now, as CSV."""
        if request.method != "GET":  # what asks without taking it would stand in the trail as a file
            return HttpResponseNotAllowed(["GET"])
        if not request.user.has_perm("careid.export_profile"):
            raise PermissionDenied
        if not sessions.is_fresh(request):
            return sessions.ask_again(request)
        rows, by = self._filtered(request), actors.admin(request.user.pk)
        return exports.download(rows, by=by, organisations=codes(request.user))

    def invite_all(self, request: HttpRequest) -> HttpResponse:
        """Invite everybody of the list as it is filtered now: asked once, then done."""
        if not request.user.has_perm("careid.invite_profile"):
            raise PermissionDenied
        rows = self._filtered(request).order_by("pk")
        count = rows[: INVITED_AT_ONCE + 1].count()
        if request.method == "POST" and count <= INVITED_AT_ONCE:
            sent = sum(inviting.invite(profile=one, by=actors.admin(request.user.pk)) for one in rows[:INVITED_AT_ONCE])
            messages.success(request, f"{counted(sent, 'invitation')} sent.")
            return redirect("admin:careid_profile_changelist")
        context = {**self.admin_site.each_context(request), "count": count, "most": INVITED_AT_ONCE}
        return render(request, "admin/desk/invite.html", {**context, "title": "Invite people to add an authenticator"})

    def _filtered(self, request: HttpRequest) -> "QuerySet[Any]":
        """The rows of the list that this address narrows down."""
        rows: QuerySet[Any] = self.get_changelist_instance(request).get_queryset(request)
        return rows

    def by_number(self, request: HttpRequest) -> HttpResponse:
        """Whose number this is, by its fingerprint: the number stands in no address and on no page."""
        if not request.user.has_perm("careid.check_number"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            number = national_insurance_number(request.POST.get("national_insurance_number", ""))
        except ValueError:
            return _back_to_the_list(request, "That is not a National Insurance number.")
        try:
            by, among = actors.admin(request.user.pk), self.get_queryset(request)
            profile = numbers.whose(number, by=by, among=among, organisations=codes(request.user))
        except counting.Locked as locked:
            until = words.to_the_second(locked.verdict.until)
            return _back_to_the_list(request, f"Too many numbers were checked. Try again after {until}.")
        if profile is None:
            told = "Nobody whose profile you look after has that number. Check that it was typed right."
            return _back_to_the_list(request, told)
        return redirect("admin:careid_profile_change", profile.pk)


def _back_to_the_list(request: HttpRequest, told: str) -> HttpResponseRedirect:
    messages.warning(request, told)
    return redirect("admin:careid_profile_changelist")
