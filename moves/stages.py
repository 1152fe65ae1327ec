"""How far somebody of a move has come, as conditions: the desk counts by them, and reminders go by them."""

from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from authenticators.models import Authenticator, Authenticators
from careid.people.models import Profile
from moves.models import Move, Person

ON_FILE: Final = Q(profile__isnull=False, profile__state=Profile.State.OPEN)
INVITED: Final = Q(invitation__isnull=False) & ~ON_FILE
SAYS_NO: Final = Q(answer__in=Person.NO)
KEEPS: Final = Q(way=Person.Way.SMARTCARD, answer=Person.Answer.KEEP_SMARTCARD)


def end_of(move: Move) -> datetime:
    """The moment at which the old way ends: midnight in London, after its last day."""
    return start_of(move.ends_on + timedelta(days=1))


def start_of(day: date) -> datetime:
    """The first moment of a day in London, whichever clock it has."""
    return timezone.make_aware(datetime.combine(day, time.min))


def added() -> Q:
    """Who has an authenticator that counts, one that waits or is suspended included."""
    return ON_FILE & Q(Exists(_theirs().live()))


def ready(at: datetime) -> Q:
    """Who can sign in in the new way at that time, or keeps their smartcard and has said so."""
    usable = Q(Exists(_theirs().usable(at)))
    return KEEPS | (ON_FILE & Q(profile__reported_at__isnull=True) & usable)


def locked_out(move: Move) -> Q:
    """Who can not sign in once the old way ends, as things stand, and has not said that they need not."""
    return ~ready(max(end_of(move), timezone.now())) & ~SAYS_NO


def _theirs() -> Authenticators:
    return Authenticator.objects.filter(profile=OuterRef("profile_id"))
