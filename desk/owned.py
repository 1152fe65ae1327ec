"""Which moves an admin sees, and whose figures: all of their own services, else those of their organisations' people.

Who looks after a service sees how many, of every organisation, and nobody by name. The Registration Authority sees a
move that has begun, as far as people of its organisations are in it. An operator sees all.
"""

from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from careid.people.services import Service
from desk.scope import held, organisations
from moves.models import Move, Person

SHOWN: Final = 10  # on the desk's first page
OPEN: Final = (Move.State.DRAFT, Move.State.RUNNING)
Who = AbstractBaseUser | AnonymousUser


def services(user: Who) -> "QuerySet[Service]":
    """The services whose moves are the admin's to make."""
    if getattr(user, "is_superuser", False):
        return Service.objects.all()
    return Service.objects.filter(owners=user.pk) if user.pk else Service.objects.none()


def owns(user: Who, move: Move) -> bool:
    """Whether the move is of a service that the admin looks after."""
    return services(user).filter(pk=move.service_id).exists()


def moves(rows: "QuerySet[Move]", user: Who) -> "QuerySet[Move]":
    """The moves that the admin may see."""
    if getattr(user, "is_superuser", False):
        return rows
    own = Q(service__in=list(services(user).values_list("pk", flat=True)))
    return rows.filter(own | Q(begun() & Q(Exists(people(user).filter(move=OuterRef("pk"))))))


def open_to(user: Who) -> list[tuple[Move, int]]:
    """Some of those that are not over, the soonest to end first, each with its days left."""
    rows = moves(Move.objects.filter(state__in=OPEN), user).order_by("ends_on", "slug")[:SHOWN]
    today = timezone.localdate()
    return [(move, move.days_left(today)) for move in rows]


def people(user: Who) -> "QuerySet[Person]":
    """Those whose names the admin may see, by their organisation, whatever the state of the move."""
    rows = Person.objects.all() if _perm(user, "moves.view_person") else Person.objects.none()
    return held(rows, user, "organisation__code")


def has_names(user: Who, move: Move) -> bool:
    """Whether the admin sees people of the move by name: of one that was started, or an operator, who loads them."""
    shown = move.started_at is not None or getattr(user, "is_superuser", False)
    return shown and people(user).filter(move=move).exists()


def begun(path: str = "") -> Q:
    """A move that was started, whatever became of it: a draft is its makers' business."""
    return Q(**{f"{path}started_at__isnull": False})


def of_whom(user: Who, move: Move) -> list[int] | None:
    """The keys of the organisations whose figures the admin may see of this move; None for all."""
    if owns(user, move):
        return None
    return list(organisations(user).order_by("pk").values_list("pk", flat=True))


def _perm(user: Any, name: str) -> bool:
    return bool(user.has_perm(name))
