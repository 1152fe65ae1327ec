"""The Registration Authority's desk, first shape: organisations and services are edited, people and the trail read."""

import re
from typing import Any, Final

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery, URLField, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from procrastinate.contrib.django.models import ProcrastinateJob

from careid import audit, limits, nino_checks, people
from careid.admin_filters import EmailOnFile, NumberOnFile, OneOrganisation, Outcome
from careid.admin_read_only import Admin, ReadOnly, lines, link, time
from careid.audit import EventName
from careid.models import Event, Organisation, Profile, Service

EVENTS_SHOWN: Final = 20
_REFERENCE: Final = re.compile(r"[A-Z0-9]{6}")
_ROW: Final = re.compile(r"[0-9]{1,18}")

admin.site.site_header = admin.site.site_title = "Care ID – Registration Authority desk"  # noqa: RUF001  a dash


admin.site.unregister(ProcrastinateJob)  # jobs are the operators' business, and cancelling one here would lose a mail


@admin.register(Organisation)
class OrganisationAdmin(Admin):
    actions = None
    list_display = ("code", "name", "takes_part", "nhsnet_beta", "ra_name")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("^code", "name")
    fields = (
        *("code", "name", "takes_part", "kinds_off", "nhsnet_beta", "email_domains"),
        *("ra_name", "ra_email", "ra_phone", "ra_hours", "its_people"),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        # Files of people name organisations by their code.
        return ("code", "its_people") if obj else ("its_people",)

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "kinds_off":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.MultipleChoiceField(
            label=db_field.verbose_name.capitalize(),
            choices=_kinds,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: Any) -> None:
        """The row and its event, in the transaction of Django's own view."""
        super().save_model(request, obj, form, change)
        if form.changed_data:
            details = {"changed": form.changed_data}
            audit.record(
                EventName.ORGANISATION_CHANGED, actor=f"admin:{request.user.pk}", organisation=obj.code, details=details
            )

    @admin.display(description="people")
    def its_people(self, organisation: Organisation) -> str:
        if not organisation.pk:
            return "-"
        address = f"{reverse('admin:careid_profile_changelist')}?organisation__id__exact={organisation.pk}"
        return format_html('<a href="{}">Its profiles</a>', address)


@admin.register(Service)
class ServiceAdmin(Admin):
    list_display = ("name", "address", "description")
    actions = None
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def save_model(self, request: HttpRequest, obj: Service, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        self._record(request, form.changed_data)

    def delete_model(self, request: HttpRequest, obj: Service) -> None:
        super().delete_model(request, obj)
        self._record(request, ["deleted"])

    def _record(self, request: HttpRequest, changed: list[str]) -> None:
        audit.record(EventName.SERVICE_CHANGED, actor=f"admin:{request.user.pk}", details={"changed": changed})


@admin.register(Profile)
class ProfileAdmin(ReadOnly):
    list_display = ("user_id", "given_name", "family_name", "state", "on_file", "email", "organisation")
    list_select_related = ("organisation",)
    list_filter = ("state", NumberOnFile, EmailOnFile, ("organisation", OneOrganisation))
    search_fields = ("user_id__exact", "^given_name", "^family_name", "^email")
    search_help_text = "A user id, or how a name or an email address begins."
    secret = ("nino_fingerprint", "user_handle")
    fields = (
        *("user_id", "given_name", "family_name", "email", "on_file", "identity_level", "organisation", "state"),
        *("closed_reason", "previous_email", "email_changed_at", "number_changed_at", "source", "created_at"),
        *("its_authenticators", "last_events"),
    )
    readonly_fields = ("on_file", "number_changed_at", "its_authenticators", "last_events")

    @admin.display(description="National Insurance number on file", boolean=True)
    def on_file(self, profile: Profile) -> bool:
        return profile.nino_fingerprint is not None

    @admin.display(description="National Insurance number changed at")
    def number_changed_at(self, profile: Profile) -> str:
        return time(profile.nino_changed_at) or "-"

    @admin.display(description="authenticators")
    def its_authenticators(self, profile: Profile) -> str:
        rows = profile.authenticators.defer("material").order_by("added_at")
        return lines(
            (link("authenticators_authenticator", row.pk, row), row.title, row.state, time(row.added_at))
            for row in rows
        )

    @admin.display(description="last events")
    def last_events(self, profile: Profile) -> str:
        rows = Event.objects.filter(profile_id=profile.pk).order_by("-sequence")[:EVENTS_SHOWN]
        return lines(
            (link("careid_event", row.pk, time(row.at)), row.name, row.outcome, row.reason, row.reference)
            for row in rows
        )

    def get_urls(self) -> list[URLPattern]:
        by_number = self.admin_site.admin_view(self.by_number)
        return [path("by-number/", by_number, name="careid_profile_by_number"), *super().get_urls()]

    def by_number(self, request: HttpRequest) -> HttpResponse:
        """Whose number this is, by its fingerprint: the number stands in no address and on no page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            number = people.national_insurance_number(request.POST.get("national_insurance_number", ""))
        except ValueError:
            return _profiles(request, "That is not a National Insurance number.")
        try:
            profile = nino_checks.whose(number, by=str(request.user.pk))
        except limits.Locked as locked:
            return _profiles(request, f"Too many numbers were checked. Try again after {time(locked.verdict.until)}.")
        if profile is None:
            return _profiles(request, "No profile has that number.")
        return redirect("admin:careid_profile_change", profile.pk)


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ("at", "name", "outcome", "reason", "actor", "whose", "organisation", "reference")
    list_filter = ("name", Outcome)
    search_fields = ("reference",)  # shows the box; what it does stands below
    search_help_text = "A reference, a user id, a name, how an email address begins, or a profile's number."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        names = Profile.objects.filter(pk=OuterRef("profile_id"))
        name = Concat("given_name", Value(" "), "family_name")
        rows: QuerySet[Event] = super().get_queryset(request)
        return rows.annotate(profile_name=Subquery(names.annotate(name=name).values("name")))

    @admin.display(description="profile")
    def whose(self, event: Event) -> str:
        name = getattr(event, "profile_name", None) or event.profile_id
        return link("careid_profile", event.profile_id, name) if event.profile_id else ""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = people.compact(search_term).upper()
        words = people.one_line(search_term).replace("\0", "")
        person = (
            Q(user_id=term) | Q(family_name__iexact=words) | Q(given_name__iexact=words) | Q(email__istartswith=words)
        )
        wanted = Q(profile_id__in=Profile.objects.filter(person).values("pk"))
        if _ROW.fullmatch(term):
            wanted |= Q(profile_id=int(term))
        if _REFERENCE.fullmatch(term):
            wanted |= Q(reference=f"{term[:3]}-{term[3:]}")
        return queryset.filter(wanted) if term else queryset, False


def _kinds() -> Any:
    # Read when the form is shown: what stands below the authenticators doesn't import them.
    return apps.get_model("authenticators", "Authenticator")._meta.get_field("kind").choices  # noqa: SLF001  Django's public name


def _profiles(request: HttpRequest, words: str) -> HttpResponseRedirect:
    messages.warning(request, words)
    return redirect("admin:careid_profile_changelist")
