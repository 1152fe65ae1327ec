"""Clients of services, at the desk: made, changed and switched off by operators; never deleted."""

from typing import Any, Final
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from careid.trail import actors
from desk.client_form import ClientForm
from desk.door import sessions
from desk.fields import TYPED
from desk.fresh import Fresh
from enrolment.journey import PAGE_METHODS
from provider import client_keys, client_words, registering
from provider.client_rules import Invalid
from provider.registered import Client
from provider.words import Unfit

RELATED: Final = ("can_change_related", "can_delete_related", "can_view_related")


@admin.register(Client)
class ClientAdmin(Fresh):
    form = ClientForm
    actions = None
    list_display = ("client_id", "service", "proof", "default_acr_values", "is_on", "fault")
    list_filter = ("is_on",)
    list_select_related = ("service",)
    list_per_page = 50
    search_fields = ("client_id", "service__name")
    formfield_overrides = TYPED
    change_form_template = "admin/desk/client.html"
    fieldsets = (
        (None, {"fields": ("service", "client_id", "is_on")}),
        (
            "Where people and news go",
            {"fields": ("redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri")},
        ),
        (
            "How it proves who it is",
            {
                "fields": (
                    *("token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "jwks_uri", "jwks"),
                    *("keys", "needs_pkce"),
                )
            },
        ),
        (
            "Whom it lets in, and what it is told",
            {"fields": ("default_acr_values", "scopes", "needs_role", "id_token_signed_response_alg")},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Client | None = None) -> tuple[str, ...]:
        return ("client_id", "keys") if obj else ("keys",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """An id that nobody has: so a page that is sent twice makes one client."""
        return {"client_id": str(uuid4()), "scopes": ["openid", "profile"]}

    def has_delete_permission(self, request: HttpRequest, obj: Client | None = None) -> bool:
        return False

    @admin.display(description="its keys now")
    def keys(self, client: Client) -> str:
        return client_words.keys(client) if client.pk else "-"

    @admin.display(description="proves who it is by", ordering="token_endpoint_auth_method")
    def proof(self, client: Client) -> str:
        return client.token_endpoint_auth_method

    @admin.display(description="its keys", ordering="fetch_fault")
    def fault(self, client: Client) -> str:
        return "could not be fetched" if client.fetch_fault else ""

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """An algorithm by its own name."""
        if db_field.name.endswith("_alg"):
            kwargs["choices"] = [(one, one) for one in dict(db_field.choices)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the buttons that change or delete the service which is chosen."""
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "service":
            vars(field.widget).update(dict.fromkeys(RELATED, False))
        return field

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(require_http_methods(PAGE_METHODS)(self.secret))
        return [path("<int:pk>/secret/", page, name="provider_client_secret"), *super().get_urls()]

    def changeform_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        """Django's; its transaction is over when an address of keys is asked, and a secret is shown once."""
        try:
            page = super().changeform_view(request, *args, **more)
        except Invalid as invalid:  # somebody else was first
            messages.error(request, " ".join(one.words for one in invalid.problems))
            return redirect(request.path)
        saved: tuple[Client, str] | None = vars(request).get("saved")
        if saved is None:
            return page
        client, secret = saved
        if client.jwks_uri and not client.fetched_at and client_keys.fetch(client):
            messages.warning(request, f"Its keys: {client_words.keys(client)}")
        return self._shown(request, client, secret) if secret else page

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: Any) -> None:
        """The row and its event, by the rule, in the transaction of Django's own view."""
        by = actors.admin(request.user.pk)
        if not change:
            vars(request)["saved"] = obj, registering.add(client=obj, by=by)
        elif form.changed_data:
            vars(request)["saved"] = obj, registering.change(client=obj, changed=form.changed_data, by=by)

    def secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks whether to make another secret, and shows it. The page is for the secret that stood then alone."""
        client = self.get_object(request, str(pk))
        if not self.has_change_permission(request, client):
            raise PermissionDenied
        if client is None or client.secret_hash is None:
            raise Http404
        if not sessions.is_fresh(request):
            return sessions.ask_again(request)
        stands = bytes(client.secret_hash).hex()[:16]
        if request.method != "POST":
            return self._page(request, client, "Make another secret", stands=stands)
        secret = self._renewed(request, client) if request.POST.get("stands") == stands else ""
        if not secret:
            messages.error(request, Unfit.MEANWHILE.words)
            return redirect(reverse("admin:provider_client_change", args=[pk]))
        return self._shown(request, client, secret)

    def _renewed(self, request: HttpRequest, client: Client) -> str:
        """The new secret; empty where somebody else was first."""
        by, at_once = actors.admin(request.user.pk), "at_once" in request.POST
        try:
            return registering.new_secret(client=client, by=by, at_once=at_once)
        except Invalid:
            return ""

    def _shown(self, request: HttpRequest, client: Client, secret: str) -> HttpResponse:
        return self._page(request, client, "Its secret", secret=secret)

    def _page(self, request: HttpRequest, client: Client, title: str, **more: str) -> HttpResponse:
        """It is no redirect and leaves no message: a secret stands in no row."""
        shown = {"opts": self.opts, "client": client, "title": title, **more}
        context = {**self.admin_site.each_context(request), **shown}
        return TemplateResponse(request, "admin/desk/client_secret.html", context)
