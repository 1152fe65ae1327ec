"""Rows that the desk only looks at, and how they are shown."""

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.db import DataError
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from careid.people.typed import compact
from desk.door import drafts

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
    Pages = Paginator[Any]
else:
    Admin = admin.ModelAdmin  # generic for the type checker alone
    Pages = Paginator

COUNTED_MOST: Final = 1_000  # nobody pages further; a filter leads there
_LIKE_A_NUMBER: Final = re.compile(r"[A-Za-z]{2}[0-9]{6}[A-Za-z]?")


class Bounded(Pages):
    """Pages of so many rows that counting them all would take longer than showing some."""

    @cached_property
    def found(self) -> int:
        """How many there are, or one more than are counted."""
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: COUNTED_MOST + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.found, COUNTED_MOST)

    @property
    def has_more(self) -> bool:
        return self.found > COUNTED_MOST


class Listed(Admin):
    """Rows in a list, whose address asks what its filters ask and nothing else: the rest is a 400, in words."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether a filter of the list asks so. Django takes any lookup of any column, the secret ones included."""
        return lookup in {name for one in self.get_list_filter(request) for name in _asked_by(one)}

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list with its rows counted, so that whatever its filters can't ask is known here. BadRequest for that."""
        try:
            return super().get_changelist_instance(request)
        except (IncorrectLookupParameters, ValidationError, ValueError, OverflowError, DataError) as error:
            raise BadRequest("a list was asked what it can't answer") from error

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Boxes to tick: a screen reader is told nothing of what stands in Django's two lists, or which is which."""
        kwargs.setdefault("widget", CheckboxSelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of a row, in which what was typed before a session ended stands again."""
        typed = drafts.standing(request) if request.method == "GET" else None
        if typed:
            form = context["adminform"].form
            fields = form.fields.items()
            form.initial |= {name: one.widget.value_from_datadict(typed, {}, name) for name, one in fields}
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def get_urls(self) -> list[URLPattern]:
        """Django's, but for its own history: what was done stands in the trail."""
        return [one for one in super().get_urls() if not str(one.name).endswith("_history")]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        page: HttpResponse = super().changelist_view(request, {**title, **(extra_context or {})})
        return page


def _asked_by(one: Any) -> tuple[str, ...]:
    """The parameters of an address that a filter reads."""
    if parameter := getattr(one, "parameter_name", None):
        return (parameter,)
    column = one if isinstance(one, str) else one[0]
    return tuple(f"{column}__{lookup}" for lookup in ("exact", "id__exact", "isnull", "isempty"))


class ReadOnly(Listed):
    """Rows that are only looked at, in pages that cost the same however many there are."""

    actions = None
    paginator = Bounded
    sortable_by = ()  # by what an index serves alone: `ordering` says it
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    change_form_template = "admin/desk/row.html"

    def about(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the page of a row shows beside the row's fields."""
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return {"title": self.heading(row), "subtitle": "", "list_address": address}

    def heading(self, row: Any) -> str:
        return str(row)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of a row, of which nothing can be sent."""
        context.update(self.about(request, kwargs["obj"]))
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; a National Insurance number typed into its search goes no further."""
        if looks_like_a_number(request.GET.get("q", "")):
            messages.warning(request, "Type a National Insurance number into its own box, above the list of profiles.")
            return redirect(request.path)
        page: HttpResponse = super().changelist_view(request, extra_context)
        return page


def looks_like_a_number(typed: str) -> bool:
    """Whether a National Insurance number was typed, which may stand in no address."""
    return bool(_LIKE_A_NUMBER.fullmatch(compact(typed)))


def link(page: str, pk: object, words: object) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{page}_change", args=[pk]), words)
