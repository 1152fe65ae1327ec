"""The services that people sign in to, at the desk, each with its clients and what came of them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from careid.people.services import Service
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record
from desk import services
from desk.dashboard import DAYS
from desk.fields import TYPED
from desk.fresh import Fresh


@admin.register(Service)
class ServiceAdmin(Fresh):
    """Operators edit a service and see what came of it; who reads the trail sees what it is."""

    fields = ("name", "address", "description", "owners")

    list_display = ("name", "address", "description")
    actions = None
    formfield_overrides = TYPED
    change_form_template = "admin/desk/service.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of a row, with its clients; with figures, which are everybody's, for operators alone."""
        service, user = kwargs.get("obj"), request.user
        if service:
            context["clients"] = list(service.clients.order_by("client_id"))
            context["may_open"] = user.has_perm("provider.view_client")
            context["figures"] = services.figures(service) if getattr(user, "is_superuser", False) else None
            context["days"] = DAYS
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def get_fields(self, request: HttpRequest, obj: Service | None = None) -> tuple[str, ...]:
        """Whose accounts look after it is the operators' business."""
        return self.fields if request.user.is_superuser else self.fields[:-1]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Of the accounts that may make a move, and those who stand there already."""
        right = Q(codename="change_move", content_type__app_label="moves")
        rights = list(Permission.objects.filter(right))
        may = Q(groups__permissions__in=rights) | Q(user_permissions__in=rights) | Q(services__isnull=False)
        staff = User.objects.filter(may, is_staff=True, is_superuser=False).distinct().order_by("username")
        return super().formfield_for_manytomany(db_field, request, queryset=staff, **kwargs)

    def save_model(self, request: HttpRequest, obj: Service, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        chosen = form.cleaned_data["owners"] if "owners" in form.changed_data else None
        owners = {} if chosen is None else {"owners": sorted(one.pk for one in chosen)}
        self._record(request, obj.pk, form.changed_data, **owners)

    def delete_model(self, request: HttpRequest, obj: Service) -> None:
        pk = obj.pk
        super().delete_model(request, obj)
        self._record(request, pk, ["deleted"])

    def _record(self, request: HttpRequest, pk: int, changed: list[str], **owners: list[int]) -> None:
        """What of the service was changed; whose accounts look after it now, where that is what was changed."""
        details = {"service": pk, "changed": changed, **owners}
        record(EventName.SERVICE_CHANGED, actor=actors.admin(request.user.pk), details=details)
