"""Accounts of the desk and their groups: for superusers alone, each change with its event.

Accounts begin by `manage.py invite_admin` and end by being switched off. No page sets another's password or factor,
makes a superuser, or deletes anybody.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from careid import audit
from careid.admin_read_only import Admin
from careid.audit import EventName

for model in (User, Group):
    admin.site.unregister(model)


def _only_superusers(request: HttpRequest) -> bool:
    return bool(request.user.is_superuser)


@admin.register(User)
class AccountAdmin(Admin):
    actions = None
    list_display = ("username", "first_name", "last_name", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    search_fields = ("username", "first_name", "last_name", "email")
    fields = ("username", "first_name", "last_name", "email", "is_active", "is_superuser", "groups", "last_login")
    readonly_fields = ("username", "email", "is_superuser", "last_login")
    filter_horizontal = ("groups",)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Nobody switches themselves off by a slip."""
        return (*self.readonly_fields, "is_active") if obj and obj.pk == request.user.pk else self.readonly_fields

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _only_superusers(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _only_superusers(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _only_superusers(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        """The row and its event, in the transaction of Django's own view."""
        super().save_model(request, obj, form, change)
        if form.changed_data:
            details = {"admin": obj.pk, "changed": form.changed_data}
            audit.record(EventName.ADMIN_CHANGED, actor=f"admin:{request.user.pk}", details=details)


@admin.register(Group)
class RoleAdmin(Admin):
    actions = None
    search_fields = ("name",)
    filter_horizontal = ("permissions",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _only_superusers(request)

    def has_view_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return _only_superusers(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return _only_superusers(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _only_superusers(request)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return _only_superusers(request)

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            self._record(request, obj.pk, form.changed_data)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        pk = obj.pk
        super().delete_model(request, obj)
        self._record(request, pk, ["deleted"])

    def _record(self, request: HttpRequest, pk: int, changed: list[str]) -> None:
        details = {"group": pk, "changed": changed}
        audit.record(EventName.GROUP_CHANGED, actor=f"admin:{request.user.pk}", details=details)
