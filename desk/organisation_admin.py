"""Organisations, at the desk."""

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from authenticators.registry import KINDS, choices
from careid.people.models import Organisation
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record
from desk.fields import TYPED
from desk.fresh import Fresh
from desk.scope import Scoped

SWITCHES: Final = tuple(kind.organisation_switch for kind in KINDS.values() if kind.organisation_switch)


@admin.register(Organisation)
class OrganisationAdmin(Fresh, Scoped):
    """Operators edit an organisation's page; the Registration Authority reads it."""

    within = "code"
    actions = None
    list_display = ("code", "name", "takes_part", *SWITCHES, "ra_name")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("^code", "name__folded")
    formfield_overrides = TYPED
    fields = (
        *("code", "name", "takes_part", "kinds_off", *SWITCHES, "email_domains"),
        *("ra_name", "ra_email", "ra_phone", "ra_hours", "staff", "its_people"),
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
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: Any) -> None:
        """The row and its event, in the transaction of Django's own view."""
        super().save_model(request, obj, form, change)
        if form.changed_data:
            details = {"changed": form.changed_data}
            record(
                EventName.ORGANISATION_CHANGED,
                actor=actors.admin(request.user.pk),
                organisation=obj.code,
                details=details,
            )

    @admin.display(description="people")
    def its_people(self, organisation: Organisation) -> str:
        if not organisation.pk:
            return "-"
        address = f"{reverse('admin:careid_profile_changelist')}?organisation__id__exact={organisation.pk}"
        return format_html('<a href="{}">Its profiles</a>', address)
