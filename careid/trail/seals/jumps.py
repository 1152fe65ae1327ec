"""Numbers that can't be: beyond what the trail's own sequence gave out, whoever wrote them.

Whoever may choose an event's number, or write a seal, could put one so far ahead that all that happens afterwards lies
behind the seals. So nothing here is measured by a number that somebody wrote.
"""

from typing import Final

from django.db import connection
from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.expressions import RawSQL

from careid.trail.models import Event, Seal

TOLD: Final = 20  # of each sort
# The newest number that an event can have, whether its transaction has ended or not.
GIVEN_OUT: Final = """
coalesce((SELECT last_value FROM pg_sequences
    WHERE schemaname = current_schema() AND sequencename = 'careid_event_sequence_seq'), 0)"""


def given_out() -> int:
    """The newest number that the sequence gave out; 0 where it gave out none, or this role may not know."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {GIVEN_OUT}")
        return int(cursor.fetchone()[0])


def events() -> QuerySet[Event]:
    """Those with a number that was never given out."""
    return Event.objects.filter(sequence__gt=_given_out()).order_by("sequence")


def seals() -> QuerySet[Seal]:
    """Those that say to cover such a number, or have one themselves: each covers an event, or tells of a rotation."""
    return Seal.objects.filter(Q(last__gt=_given_out()) | Q(number__gt=_given_out())).order_by("number")


def found() -> list[str]:
    """In words, each such event and seal; nothing where there is none."""
    never = "names a number that was never given out"
    return [
        *(f"Event {event.sequence} {never}: it was put in." for event in events()[:TOLD]),
        *(f"Seal {seal.number} (up to event {seal.last}) {never}." for seal in seals()[:TOLD]),
    ]


def _given_out() -> RawSQL:
    """Read in the statement that compares: what it sees was all given out before."""
    return RawSQL(GIVEN_OUT, (), output_field=BigIntegerField())  # noqa: S611  our own words
