"""The services that people sign in to, at the desk, each with its clients and what came of them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from careid.people.services import Service
from careid.trail import actors
from careid.trail.names import EventName
from careid.trail.record import record
from desk import services
from desk.dashboard import DAYS
from desk.fields import TYPED
from desk.read_only import Listed


@admin.register(Service)
class ServiceAdmin(Listed):
    """Operators edit a service and see what came of it; who reads the trail sees what it is."""

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

    def save_model(self, request: HttpRequest, obj: Service, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        self._record(request, form.changed_data)

    def delete_model(self, request: HttpRequest, obj: Service) -> None:
        super().delete_model(request, obj)
        self._record(request, ["deleted"])

    def _record(self, request: HttpRequest, changed: list[str]) -> None:
        record(EventName.SERVICE_CHANGED, actor=actors.admin(request.user.pk), details={"changed": changed})
