"""`manage.py report > who-has-what.csv`: who has what, by organisation."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Max, Q
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people import spreadsheets
from careid.people.models import Organisation, Profile
from careid.storing import database
from careid.trail.models import Event
from careid.trail.names import EventName

CHUNK = 2_000
DAYS = 30
TRIES = {"sign_ins": EventName.SIGN_IN_SUCCEEDED, "refused": EventName.SIGN_IN_REFUSED}


class Command(BaseCommand):
    help = "Write a CSV of people, what they have of each kind and when they signed in, by organisation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", action="append", default=[], metavar="ODS_CODE", help="these alone")
        parser.add_argument("--totals", action="store_true", help="a row an organisation, and nobody named")

    def handle(self, *args: Any, **options: Any) -> None:
        codes = [code.upper() for code in options["organisation"]]
        known = set(Organisation.objects.filter(code__in=codes).values_list("code", flat=True))
        if missing := sorted(set(codes) - known):
            raise CommandError(f"No organisation has the code {', '.join(map(ascii, missing))}.", returncode=2)
        profiles = Profile.objects.filter(organisation__code__in=codes) if codes else Profile.objects.all()
        rows = _by_organisation(profiles) if options["totals"] else _by_person(profiles)
        with database.patiently():
            for line in spreadsheets.as_csv(rows):
                self.stdout.write(line, ending="")


def _live(kind: str) -> Q:
    return Authenticator.live("authenticators__") & Q(authenticators__kind=kind)


def _by_person(profiles: Any) -> Iterator[list[object]]:
    counts = {kind: Count("authenticators", filter=_live(kind)) for kind in KINDS}
    columns = ("organisation__code", "user_id", "given_name", "family_name", "state")
    last = {"last_added": Max("authenticators__added_at"), "last_signed_in": Max("authenticators__last_used_at")}
    yield ["organisation", *columns[1:], *KINDS, *last]
    rows = profiles.annotate(**counts, **last).order_by("organisation__code", "user_id")
    for row in rows.values_list(*columns, *KINDS, *last).iterator(CHUNK):
        *cells, added, signed_in = row
        yield [*cells, *(at.isoformat(timespec="seconds") if at else "" for at in (added, signed_in))]


def _by_organisation(profiles: Any) -> Iterator[list[object]]:
    """What open profiles have, how many of them signed in within 30 days, and what came of the tries of that time."""
    since = timezone.now() - timedelta(days=DAYS)
    having = {kind: Count("pk", filter=_live(kind), distinct=True) for kind in KINDS}
    having["signed_in"] = Count("pk", filter=Q(authenticators__last_used_at__gte=since), distinct=True)
    tries = _tries(since)
    yield ["organisation", "open_profiles", *KINDS, *(f"{one}_{DAYS}_days" for one in ("signed_in", *TRIES))]
    by = profiles.filter(state="open").values("organisation__code").order_by("organisation__code")
    rows = by.annotate(open_profiles=Count("pk", distinct=True), **having)
    for code, *cells in rows.values_list("organisation__code", "open_profiles", *KINDS, "signed_in"):
        yield [code, *cells, *(tries[name, code] for name in TRIES.values())]


def _tries(since: datetime) -> Counter[tuple[str, str]]:
    """How often somebody signed in, and was refused, by the event's name and the organisation's code."""
    events = Event.objects.filter(name__in=TRIES.values(), at__gte=since).order_by()
    return Counter(
        {(name, code): n for name, code, n in events.values_list("name", "organisation").annotate(Count("pk"))}
    )
