"""Authenticators at the desk: what an RA may see of them, and never what only a kind reads."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from authenticators.models import Authenticator
from careid.admin_read_only import ReadOnly


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnly):
    list_display = ("__str__", "kind", "profile", "state", "state_reason", "added_at", "usable_from")
    list_select_related = ("profile",)
    list_filter = ("kind", "state")
    search_fields = ("profile__user_id__exact", "^profile__given_name", "^profile__family_name", "^profile__email")
    search_help_text = "A user id, or how a name or an email address begins."
    secret = ("material",)
    fields = (
        *("id", "profile", "kind", "name", "external_id", "details", "added_at", "added_by", "usable_from"),
        *("last_used_at", "state", "state_reason", "state_changed_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authenticator]:
        rows: QuerySet[Authenticator] = super().get_queryset(request)
        return rows.defer("material")
