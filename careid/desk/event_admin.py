"""The trail at the desk: read, and searched by who it is about."""

import re
from typing import Any, Final

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest

from careid import people
from careid.admin_read_only import link
from careid.desk import find
from careid.desk.filters import Outcome
from careid.desk.scope import ScopedReadOnly, held
from careid.models import Event, Profile

_ROW: Final = re.compile(r"[0-9]{1,18}")


@admin.register(Event)
class EventAdmin(ScopedReadOnly):
    within = "organisation"
    list_display = ("at", "name", "outcome", "reason", "actor", "whose", "organisation", "reference")
    list_filter = ("name", Outcome)
    ordering = ("-at",)
    search_fields = ("reference",)  # shows the box; what it does stands below
    search_help_text = (
        "A reference, a user id, a profile's number, or how a family name or an email address begins (of the first"
        f" {find.SOME} people)."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        names = Profile.objects.filter(pk=OuterRef("profile_id"))
        name = Concat("given_name", Value(" "), "family_name")
        rows: QuerySet[Event] = super().get_queryset(request)
        return rows.annotate(profile_name=Subquery(names.annotate(name=name).values("name")))

    @admin.display(description="profile")
    def whose(self, event: Event) -> str:
        name = getattr(event, "profile_name", None) or event.profile_id
        return link("careid_profile", event.profile_id, name) if event.profile_id else ""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = people.compact(search_term).upper()
        whose = held(Profile.objects.all(), request.user, "organisation__code")
        wanted = Q(profile_id__in=find.some(find.named(whose, search_term)) if term else [])
        if _ROW.fullmatch(term):
            wanted |= Q(profile_id=int(term))
        if find.REFERENCE.fullmatch(term):
            wanted |= Q(reference=f"{term[:3]}-{term[3:]}")
        return queryset.filter(wanted) if term else queryset, False
