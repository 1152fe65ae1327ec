"""What came of a service's clients in the last thirty days: sign-ins a day, with what, and what failed."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from authenticators.registry import KINDS
from careid.people.services import Service
from careid.trail.models import Event
from careid.trail.names import EventName
from desk import logouts, words
from desk.dashboard import DAYS, REASONS, Chart, chart

# Each day is a range of the index: to find the day of each sign-in would take five times as long.
SIGN_INS: Final = """
SELECT day.number, found.amr, found.many
FROM unnest(%s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY AS day (begins, ends, number),
    LATERAL (
        SELECT amr, count(*) AS many FROM sign_in_signin
        WHERE client = ANY (%s) AND client <> '' AND at >= day.begins AND at < day.ends
        GROUP BY amr
    ) AS found"""


@dataclass(frozen=True)
class Figures:
    """Sign-ins a day; of each way its title, how many signed in and how many were refused; why, the commonest first."""

    days: Chart
    ways: list[tuple[str, int, int]]
    failures: Chart


def figures(service: Service) -> Figures:
    """What came of a service's clients, everybody's, in three statements."""
    clients = list(service.clients.values_list("client_id", flat=True))
    days = _days()
    by_day, by_way = _sign_ins(clients, days)
    drawn = chart("Sign-ins each day", [(f"{day:%-d %B}", by_day[day]) for day in days], upright=True)
    failed = _failed(clients, days[0])
    return Figures(drawn, _ways(by_way, failed), _why(failed))


def _days() -> list[date]:
    today = timezone.localdate()
    return [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _sign_ins(clients: list[str], days: list[date]) -> tuple[Counter[date], Counter[str]]:
    """How many signed in each day, and how many with each way, by its `amr`."""
    by_day: Counter[date] = Counter()
    by_way: Counter[str] = Counter()
    begins = [_begins(day) for day in (*days, days[-1] + timedelta(days=1))]
    with connection.cursor() as cursor:
        cursor.execute(SIGN_INS, [begins[:-1], begins[1:], clients])
        for number, amr, many in cursor.fetchall():
            by_day[days[number - 1]] += many
            by_way[amr] += many
    return by_day, by_way


def _failed(clients: list[str], since: date) -> list[dict[str, Any]]:
    """What failed or was refused of these clients, by what it was and why, and how often."""
    events = Event.objects.exclude(outcome="ok").annotate(client=KeyTextTransform("client", "details"))
    events = events.filter(client__in=clients, at__gte=_begins(since)).order_by()
    why = ("name", "reason", "details__kind", "details__answer")
    return list(events.values(*why).annotate(many=Count("pk")).order_by("-many", *why))


def _ways(by_way: Counter[str], failed: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    refused: Counter[str] = Counter()
    for row in failed:
        refused[row["details__kind"]] += row["many"] if row["name"] == EventName.SIGN_IN_REFUSED else 0
    named = {kind.sign_in.amr: kind for kind in KINDS.values() if kind.sign_in}
    rows = [(kind.title, by_way.pop(amr, 0), refused[kind.slug]) for amr, kind in named.items()]
    return [row for row in (*rows, *((amr, many, 0) for amr, many in by_way.items())) if any(row[1:])]


def _why(failed: list[dict[str, Any]]) -> Chart:
    return chart("What failed", [(_said(row), row["many"]) for row in failed[:REASONS]])


def _said(row: dict[str, Any]) -> str:
    if row["name"] == EventName.LOGOUT_FAILED:
        return f"{words.EVENTS[row['name']]}: {logouts.why(row['details__answer'] or '')}"
    return words.failure(row["name"], row["reason"], row["details__kind"])
