"""`manage.py report > who-has-what.csv`: who has what, by organisation."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Max, Q

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people import spreadsheets
from careid.people.models import Organisation, Profile
from careid.storing import database

CHUNK = 2_000


class Command(BaseCommand):
    help = "Write a CSV of people and how many live authenticators of each kind they have, by organisation."

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
    yield ["organisation", *columns[1:], *KINDS, "last_added"]
    rows = profiles.annotate(**counts, last=Max("authenticators__added_at")).order_by("organisation__code", "user_id")
    for row in rows.values_list(*columns, *KINDS, "last").iterator(CHUNK):
        *cells, last = row
        yield [*cells, last.isoformat(timespec="seconds") if last else ""]


def _by_organisation(profiles: Any) -> Iterator[list[object]]:
    having = {kind: Count("pk", filter=_live(kind), distinct=True) for kind in KINDS}
    yield ["organisation", "open_profiles", *KINDS]
    by = profiles.filter(state="open").values("organisation__code").order_by("organisation__code")
    rows = by.annotate(open_profiles=Count("pk", distinct=True), **having)
    yield from rows.values_list("organisation__code", "open_profiles", *KINDS)
