"""Authenticators at the desk: what an RA may see of them, and never what only a kind reads."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from authenticators.models import Authenticator
from careid.people.models import Profile
from desk import diagnosis, find, verbs, words
from desk.doing import Doing
from desk.filters import OnHold
from desk.scope import held


@admin.register(Authenticator)
class AuthenticatorAdmin(Doing):
    within = "profile__organisation__code"
    verbs = verbs.AUTHENTICATOR
    list_display = ("__str__", "kind", "profile", "state", "why", "added_at", "usable_from")
    list_select_related = ("profile",)
    list_filter = ("kind", "state", OnHold)
    search_fields = ("profile__user_id",)  # shows the box; what it does stands in `find`
    search_help_text = (
        f"A user id, a reference, or how a family name or an email address begins (of the first {find.SOME} people)."
    )
    ordering = ("-added_at",)
    readonly_fields = ("why", "who_added", "elsewhere", "about_it")
    fields = (
        *("profile", "kind", "name", "added_at", "who_added", "usable_from", "last_used_at", "state", "why"),
        *("state_changed_at", "about_it", "elsewhere"),
    )

    @admin.display(description="why")
    def why(self, authenticator: Authenticator) -> str:
        return words.why_stopped(authenticator) or "-"

    @admin.display(description="added by")
    def who_added(self, authenticator: Authenticator) -> str:
        return diagnosis.named([authenticator.added_by])[0]

    @admin.display(description="technical details")
    def about_it(self, authenticator: Authenticator) -> str:
        said = authenticator.details.items()
        return "; ".join(f"{key}: {value}".replace("_", " ") for key, value in said) or "-"

    @admin.display(description="its id where it is used")
    def elsewhere(self, authenticator: Authenticator) -> str:
        return authenticator.external_id

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Authenticator]":
        rows: QuerySet[Authenticator] = super().get_queryset(request)
        return rows.defer("material")

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        whose = held(Profile.objects.all(), request.user, self.within.removeprefix("profile__"))
        if not search_term.strip():
            return queryset, False
        return queryset.filter(profile__in=find.some(find.profiles(whose, search_term))), False
