"""Rows that say who may do what at the desk: their pages ask for the factor again."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from desk.door import sessions
from desk.read_only import Listed


class Fresh(Listed):
    """The factor is asked for when a page that changes a row is opened, and again when one is sent after too long."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        may = self.has_add_permission(request) if object_id is None else self.has_change_permission(request)
        if may and not sessions.is_fresh(request):
            return sessions.ask_again(request)
        page: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return page

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if self.has_delete_permission(request) and not sessions.is_fresh(request):
            return sessions.ask_again(request)
        return super().delete_view(request, object_id, extra_context)
