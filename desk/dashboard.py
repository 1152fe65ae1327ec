"""The desk's dashboard: reach, enrolments, where people stop and why, for the admin's own organisations."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people.models import Organisation, Profile
from careid.trail.models import Event
from careid.trail.names import EventName
from desk import words
from desk.scope import held

DAYS: Final = 30
ORGANISATIONS: Final = 20  # the largest
REASONS: Final = 10
USED: Final = (1, 7, 30)  # days
LENGTH: Final = 100  # of the longest bar, in the drawing's units
STEP: Final = 10  # from one upright bar to the next
FUNNEL: Final = {
    EventName.ATTEMPT_STARTED: "Typed their details",
    EventName.IDENTITY_MATCHED: "The details matched",
    EventName.EMAIL_CODE_ACCEPTED: "Typed the code from the email",
    EventName.AUTHENTICATOR_ADDED: "Added an authenticator",
}
ONCE: Final = {EventName.ATTEMPT_STARTED, EventName.IDENTITY_MATCHED}
Who = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Bar:
    """One bar, in the drawing's units."""

    label: str
    value: int
    length: int
    place: int
    address: str = ""  # of those events in the trail
    share: str = ""  # of the first bar, in percent

    @property
    def top(self) -> int:
        """Where the bar begins, if it stands upright."""
        return LENGTH - self.length


@dataclass(frozen=True)
class Chart:
    """Bars drawn by the server, and the same as a table. Upright ones are a row of days."""

    title: str
    bars: list[Bar]
    upright: bool = False
    days: int = DAYS

    @property
    def width(self) -> int:
        return STEP * len(self.bars)

    @property
    def most(self) -> int:
        return max((bar.value for bar in self.bars), default=0)

    @property
    def total(self) -> int:
        return sum(bar.value for bar in self.bars)


def chart(title: str, rows: list[tuple[str, int]], *, upright: bool = False) -> Chart:
    most = max((value for _, value in rows), default=0) or 1
    bars = [Bar(label, value, value * LENGTH // most, STEP * at) for at, (label, value) in enumerate(rows)]
    return Chart(title, bars, upright)


def leading(drawn: Chart, queries: list[dict[str, str]], *, shares: bool = False) -> Chart:
    """The chart, each of whose rows leads to its events in the trail; with the shares of the first where asked."""
    first = drawn.bars[0].value if drawn.bars and shares else 0
    trail = reverse("admin:careid_event_changelist")
    bars = [
        replace(
            bar,
            address=f"{trail}?{urlencode(query | {'days': str(drawn.days)})}",
            share=f"{100 * bar.value // first}%" if first else "",
        )
        for bar, query in zip(drawn.bars, queries, strict=True)
    ]
    return replace(drawn, bars=bars)


def reach(user: Who) -> list[list[object]]:
    """Open profiles, and how many of them have each kind: of all, then of the largest organisations."""
    mine = held(Profile.objects.filter(state="open"), user, "organisation__code")
    people = mine.count()
    by = mine.values_list("organisation_id").annotate(people=Count("pk"))
    largest = dict(by.order_by("-people", "organisation_id")[:ORGANISATIONS])
    live = Authenticator.objects.live().filter(profile__organisation__in=list(largest))
    live = live.filter(profile__state="open")
    counted = live.values_list("profile__organisation_id", "kind").annotate(Count("profile", distinct=True))
    having = {(pk, kind): count for pk, kind, count in counted}
    named = Organisation.objects.in_bulk(largest)
    rows = [
        [named[pk].name or named[pk].code, count, *(_share(having.get((pk, kind), 0), count) for kind in KINDS)]
        for pk, count in largest.items()
    ]
    return [["All your organisations", people, *_shares_of_all(user, people)], *rows] if rows else []


def _shares_of_all(user: Who, people: int) -> list[str]:
    live = held(Authenticator.objects.live().filter(profile__state="open"), user, "profile__organisation__code")
    having = dict(live.values_list("kind").annotate(Count("profile", distinct=True)))
    return [_share(having.get(kind, 0), people) for kind in KINDS]


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part // whole}%)" if whole else "0"


def _events(user: Who) -> Any:
    return held(Event.objects.filter(at__gte=timezone.now() - timedelta(days=DAYS)), user, "organisation")


def enrolments(user: Who) -> Chart:
    """A bar a day, days without an enrolment included."""
    added = _events(user).filter(name=EventName.AUTHENTICATOR_ADDED, outcome="ok")
    counted = dict(added.annotate(day=TruncDate("at")).values_list("day").annotate(Count("pk")).order_by("day"))
    today = timezone.localdate()
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    rows = [(f"{day:%-d %B}", counted.get(day, 0)) for day in days]
    return chart("Authenticators added each day", rows, upright=True)


def funnel(user: Who) -> Chart:
    """How many attempts came to each step. What happens once in an attempt is counted from an index alone."""
    rows = _events(user).filter(outcome="ok").order_by().values_list("name")
    counted = dict(rows.filter(name__in=ONCE).annotate(Count("pk")))
    counted |= dict(rows.filter(name__in=FUNNEL.keys() - ONCE).annotate(Count("attempt_id", distinct=True)))
    drawn = chart("Where people stop", [(label, counted.get(name, 0)) for name, label in FUNNEL.items()])
    return leading(drawn, [{"name__exact": name.value, "outcome": "ok"} for name in FUNNEL], shares=True)


def failures(user: Who) -> Chart:
    """The commonest reasons why nothing was added, each in the words of what it happened to."""
    refused = _events(user).filter(name__in=set(EventName) - {EventName.SIGN_IN_REFUSED}, outcome="refused")
    return _why("Why adding failed", refused)


def _why(title: str, refused: Any, *, days: int = DAYS) -> Chart:
    """The commonest reasons of these refusals, each of which leads to its events in the trail."""
    rows = refused.exclude(reason="").values_list("name", "reason", "details__kind")
    counted = list(rows.annotate(count=Count("pk")).order_by("-count", "name", "reason", "details__kind")[:REASONS])
    drawn = chart(title, [(words.failure(name, reason, kind), count) for name, reason, kind, count in counted])
    queries = [{"name__exact": name, "outcome": "refused", "reason": reason} for name, reason, *_ in counted]
    return leading(replace(drawn, days=days), queries)


def shut_out(user: Who) -> Chart:
    """The same of signing in, of one day: there is far more of it."""
    lately = Event.objects.filter(name=EventName.SIGN_IN_REFUSED, at__gte=timezone.now() - timedelta(days=1))
    return _why("Why signing in failed", held(lately.filter(outcome="refused"), user, "organisation"), days=1)


def in_use(user: Who) -> list[list[object]]:
    """Of each kind: how many open people's authenticators are live, and how many of them somebody signed in with."""
    now = timezone.now()
    within = {f"within_{days}": Count("pk", filter=Q(last_used_at__gte=now - timedelta(days=days))) for days in USED}
    never = Count("pk", filter=Q(last_used_at=None))
    live = held(Authenticator.objects.live().filter(profile__state="open"), user, "profile__organisation__code")
    found = live.order_by().values_list("kind").annotate(Count("pk"), **within, never=never)
    counted = {kind: counts for kind, *counts in found}
    return [[kind.title, *counted[slug]] for slug, kind in KINDS.items() if slug in counted]


def page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("careid.see_dashboard"):
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": "Dashboard",
        "may_read": request.user.has_perm("careid.view_event"),
        "kinds": KINDS.values(),
        "reach": reach(request.user),
        "in_use": in_use(request.user),
        "used": USED,
        "charts": [chart(request.user) for chart in (enrolments, funnel, failures, shut_out)],
    }
    return render(request, "admin/desk/dashboard.html", context)
