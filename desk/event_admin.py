"""The trail at the desk: read, and searched by who it is about."""

import re
from typing import Any, Final

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import BigIntegerField, Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat, Substr
from django.http import HttpRequest

from authenticators.models import Authenticator
from careid.people.models import Profile
from careid.people.typed import compact
from careid.trail import actors, references
from careid.trail.models import Event
from desk import details, find, outcomes, words
from desk.filters import Happened, HappenedLately, Outcome, Why
from desk.read_only import link
from desk.scope import ScopedReadOnly, held

_ROW: Final = re.compile(r"[0-9]{1,18}")


def _profiles(request: HttpRequest) -> "QuerySet[Profile]":
    """The profiles of the admin's organisations now: an event may be about somebody who has moved to another."""
    return held(Profile.objects.all(), request.user, "organisation__code")


@admin.register(Event)
class EventAdmin(ScopedReadOnly):
    within = "organisation"
    list_display = ("at", "what", "came_to", "who", "whose", "organisation", "reference")
    list_filter = (HappenedLately, Outcome, Why, Happened)
    fields = (
        *("at", "what", "came_to", "who", "whose", "organisation", "reference"),
        *("about_what", "more", "browser", "network", "request_id"),
    )
    readonly_fields = ("what", "came_to", "who", "whose", "about_what", "more")
    ordering = ("-at",)
    search_fields = ("reference",)  # shows the box; what it does stands below
    search_help_text = (
        "A reference, a user id, a profile's number, or how a family name or an email address begins (of the first"
        f" {find.SOME} people)."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        names = _profiles(request).filter(pk=OuterRef("profile_id"))
        name = Concat("given_name", Value(" "), "family_name")
        rows: QuerySet[Event] = super().get_queryset(request)
        written = Cast(Substr("actor", len(actors.ADMIN) + 1), BigIntegerField())
        key = Case(When(actor__regex=actors.OF_ADMIN, then=written))
        admins = User.objects.filter(pk=OuterRef("admin_key")).annotate(
            name=Concat("first_name", Value(" "), "last_name")
        )
        return rows.annotate(
            admin_key=key,
            profile_name=Subquery(names.annotate(name=name).values("name")),
            admin_name=Subquery(admins.values("name")),
        )

    @admin.display(description="what happened")
    def what(self, event: Event) -> str:
        return words.event(event)

    @admin.display(description="what it came to")
    def came_to(self, event: Event) -> str:
        return outcomes.WORDS.get(event.outcome, event.outcome)

    @admin.display(description="who did it")
    def who(self, event: Event) -> str:
        return (getattr(event, "admin_name", None) or "").strip() or words.actor(event.actor)

    @admin.display(description="whose profile")
    def whose(self, event: Event) -> str:
        name = getattr(event, "profile_name", None)
        return link("careid_profile", event.profile_id, name) if name else str(event.profile_id or "-")

    @admin.display(description="which authenticator")
    def about_what(self, event: Event) -> str:
        theirs = Authenticator.objects.filter(profile=event.profile_id).defer("material")
        one = theirs.filter(pk=event.authenticator_id).first() if event.authenticator_id else None
        if one is None or not getattr(event, "profile_name", None):
            return "-"
        return link("authenticators_authenticator", one.pk, one)

    @admin.display(description="more")
    def more(self, event: Event) -> str:
        return details.of(event) or "-"

    def heading(self, row: Event) -> str:
        return f"{words.event(row)}, {words.to_the_second(row.at)}"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = compact(search_term).upper()
        whose = _profiles(request)
        wanted = Q(profile_id__in=find.some(find.named(whose, search_term)) if term else [])
        if _ROW.fullmatch(term):
            wanted |= Q(profile_id=int(term))
        if find.REFERENCE.fullmatch(term):
            wanted |= Q(reference=references.written(term))
        return queryset.filter(wanted) if term else queryset, False
