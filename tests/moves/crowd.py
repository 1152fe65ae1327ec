"""People of a move by name, and what they were told."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from authenticators.models import Authenticator
from careid.people.models import Organisation
from careid.people.services import Service
from careid.post.models import Mail
from moves import links, making, rounds
from moves.models import Mailing, Move, Person
from tests import kinds

LONDON = ZoneInfo("Europe/London")
OPERATOR = "admin:1"
WORDS = ("title", "what_changes", "who_is_affected", "whom_to_ask")


def at(*numbers):
    """A moment on London's clock."""
    return datetime(*numbers, tzinfo=LONDON)


def draft(starts_on=date(2026, 9, 1), ends_on=date(2026, 11, 30), **fields):
    service, _ = Service.objects.get_or_create(name="Exchange")
    given = {"slug": f"exchange-{Move.objects.count() + 1}", **dict.fromkeys(WORDS, "Words")}
    move = Move(service=service, starts_on=starts_on, ends_on=ends_on, **given | fields)
    return making.make(move=move, by=OPERATOR)


def join(move, name, *, organisation=None, way="two_factor", **fields):
    """Somebody of the move, told apart by the name: their address begins with it."""
    made = Person(
        move=move,
        email=f"{name}@example.nhs.uk",
        given_name=name.title(),
        family_name="Sample",
        organisation=organisation or Organisation.objects.get(code="RX1"),
        way=way,
        **fields,
    )
    made.token_hash = links.new(made.pk)
    made.save(force_insert=True)
    return made


def add(profile, **fields):
    """What somebody signs in with, without having added it."""
    given = {"kind": kinds.some_kind(), "external_id": f"x{profile.pk}", "material": {}, "added_by": "person"}
    return Authenticator.objects.create(profile=profile, **given | fields)


def told(move=None):
    """Who has an email about what, as rows of it: in an order that does not change."""
    rows = Mailing.objects.filter(person__move=move) if move else Mailing.objects.all()
    return sorted((one.person.given_name.lower(), one.what) for one in rows.select_related("person"))


def waiting(move):
    """To whom something is queued, by address; twice where it is queued twice."""
    return sorted(
        one.content["to"].partition("@")[0] for one in Mail.objects.filter(state="queued", about=f"move:{move.pk}")
    )


def tell(move):
    """What a worker does, and what it told: its words, with how many."""
    return dict(rounds.tell(Move.objects.get(pk=move.pk)))


def today():
    return timezone.localdate()
