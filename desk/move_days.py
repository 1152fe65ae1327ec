"""How many of a move's people are ready, day by day, up to its last day: a bar for each day, as far as they came."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

from django.db.models import Case, Count, DateTimeField, F, Min, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Greatest, Least, TruncDate
from django.utils import timezone

from authenticators.models import Authenticator
from desk.dashboard import LENGTH, STEP, Bar
from moves import progress, stages
from moves.models import Move, Person

BARS_MOST: Final = 100  # a longer move has a bar for so many days


@dataclass(frozen=True)
class Days:
    """Bars up to today; the drawing is as wide as the days to the last, and as high as all who have to be ready."""

    bars: list[Bar]
    width: int
    most: int
    begins: date
    ends: date
    each: int  # days to a bar


def chart(move: Move, organisations: Collection[int] | None) -> Days:
    """Of a move that was started, the people of these organisations, or all. Two statements."""
    begins = timezone.localdate(move.started_at)
    ends, today = max(move.ends_on, begins), timezone.localdate()
    each = -(-((ends - begins).days + 1) // BARS_MOST)
    days = [begins + timedelta(days=at) for at in range(0, (ends - begins).days + each, each)]
    people = progress.people(move, organisations)
    most = people.exclude(stages.SAYS_NO).count() or 1
    counts = _by_day(people, begins, ends, each)
    ready = list(accumulate(counts[at] for at in range(len(days))))
    bars = [_bar(day, value, most, at) for at, (day, value) in enumerate(zip(days, ready, strict=True)) if day <= today]
    return Days(bars, STEP * len(days), most, begins, ends, each)


def _bar(day: date, value: int, most: int, at: int) -> Bar:
    return Bar(f"{day:%-d %B %Y}", value, value * LENGTH // most, STEP * at)


def _by_day(people: "QuerySet[Person]", begins: date, ends: date, each: int) -> Counter[int]:
    """How many of those who are ready now have been since each of the bars; the first has those of before too."""
    found: Counter[int] = Counter()
    rows = people.filter(progress.ready()).annotate(day=TruncDate(_since())).values_list("day")
    for day, many in rows.annotate(many=Count("pk")).order_by("day"):
        found[(min(max(day or begins, begins), ends) - begins).days // each] += many
    return found


def _since() -> Least:
    """Since when somebody who is ready is so: by what they can sign in with, or by what they answered."""
    theirs = Authenticator.objects.usable(timezone.now()).filter(profile=OuterRef("profile_id"))
    first = theirs.order_by().values("profile").annotate(first=Min(Greatest("added_at", "usable_from")))
    kept = Case(When(stages.KEEPS, then=F("answered_at")), output_field=DateTimeField())
    return Least(Subquery(first.values("first")), kept)  # of NULL and a moment, the moment
