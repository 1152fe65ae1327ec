"""Our AdminSite: stock Django's, but every page wants a session with a second factor."""

from functools import partial
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse

from authenticators.models import Report
from desk import owned
from desk.door import guessing, sessions, urls, views
from desk.door.forms import ChangePasswordForm
from desk.scope import held, organisations
from desk.waiting import lines

NO_ORGANISATION: Final = (
    "Your account looks after no organisation yet and no service, so you see nothing here. "
    "Ask whoever runs this service to add yours."
)


class Desk(admin.AdminSite):
    """Django's `admin.site`, as `desk.apps.DeskAdmin` names it."""

    site_header = site_title = "Care ID \N{EN DASH} Registration Authority desk"
    index_title = "The desk"
    site_url = None  # the person's pages are another place
    enable_nav_sidebar = False  # the index shows the lists, and a page has its width for itself

    def has_permission(self, request: HttpRequest) -> bool:
        return sessions.verified_user(request) is not None

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return views.sign_in(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What each page shows: how long the session lasts, for its warning."""
        return {**super().each_context(request), "seconds_left": sessions.time_left(request)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Where the day begins: somebody to find, reports to look at, the dashboard, and Django's lists.

        Whoever looks after no organisation and no service would see empty lists, and not know why.
        """
        user = request.user
        if not (user.is_superuser or organisations(user).exists() or owned.services(user).exists()):
            messages.warning(request, NO_ORGANISATION)
        mine = held(Report.objects.filter(closed_at=None), user, "profile__organisation__code")
        waiting = mine.count() if user.has_perm("authenticators.view_report") else None
        context = {
            "reports_waiting": waiting,
            "waiting": list(lines(user)),
            "moves": owned.open_to(user) if user.has_perm("moves.view_move") else [],
        }
        return super().index(request, {**context, **(extra_context or {})})

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's page, with our form, for whoever proved a factor just now; a lock's page where no try is judged."""
        if not sessions.is_fresh(request):
            return sessions.ask_again(request)
        request.current_app = self.name
        context = {**self.each_context(request), **(extra_context or {})}
        form: Any = partial(ChangePasswordForm, request=request)
        done = reverse("admin:password_change_done")
        page = PasswordChangeView.as_view(form_class=form, success_url=done, extra_context=context)
        return guessing.guarded(page)(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The door's pages, and Django's but for its way to a row's page on the public site: no row of ours has one."""
        stock = [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]
        return [*urls.BEFORE, *urls.inside(self.admin_view), *stock]
