"""Accounts of the desk and their groups: for superusers alone, each change with its event.

Accounts begin by `manage.py invite_admin` and end by being switched off. No page sets another's password or factor,
makes a superuser, or deletes anybody.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.http import HttpRequest

from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record
from desk.door import trail
from desk.fields import TYPED
from desk.fresh import Fresh
from desk.organisation_codes import OrganisationCodesField

for model in (User, Group):
    admin.site.unregister(model)


if TYPE_CHECKING:
    Form = forms.ModelForm[User]
else:
    Form = forms.ModelForm  # generic for the type checker alone


def _only_superusers(request: HttpRequest) -> bool:
    return bool(request.user.is_superuser)


class AccountForm(Form):
    organisations = OrganisationCodesField()

    class Meta:
        model = User
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = self.instance.organisations.order_by("code").values_list("code", flat=True)
        self.initial["organisations"] = " ".join(codes)


@admin.register(User)
class AccountAdmin(Fresh):
    form = AccountForm
    actions = None
    list_display = ("username", "first_name", "last_name", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    search_fields = ("username", "first_name__folded", "last_name__folded", "email")
    fields = (
        *("username", "first_name", "last_name", "email", "is_active", "is_superuser", "groups", "organisations"),
        "last_login",
    )
    readonly_fields = ("username", "email", "is_superuser", "last_login")
    formfield_overrides = TYPED

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
        before = trail.organisations(obj.pk)
        obj.organisations.set(form.cleaned_data["organisations"])
        if form.changed_data:
            details = {"admin": obj.pk, "changed": form.changed_data}
            actor = actors.admin(request.user.pk)
            trail.note(EventName.ADMIN_CHANGED, admin=obj.pk, before=before, actor=actor, details=details)


@admin.register(Group)
class RoleAdmin(Fresh):
    actions = None
    search_fields = ("name",)
    formfield_overrides = TYPED

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the rights of apps that left: their rows stay for the release before, and name nothing here."""
        here = [one.label for one in apps.get_app_configs()]
        rights = Permission.objects.select_related("content_type").filter(content_type__app_label__in=here)
        return super().formfield_for_manytomany(db_field, request, queryset=rights, **kwargs)

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
        record(EventName.GROUP_CHANGED, actor=actors.admin(request.user.pk), details=details)
