"""A person's link to their part in a move. Its token is made from a key and never kept, so each email has the same."""

from uuid import UUID

from django.conf import settings

from careid.storing import crypto
from moves.models import Person

WITH = ("move__service", "organisation", "profile__organisation", "invitation__profile__organisation")


def give(person: Person) -> str:
    """The address of this person's page. Where the key of their token has left the ring, they get another token."""
    kept, made = bytes(person.token_hash), _under_each_key(person.pk)
    token = next((one for one in made if crypto.token_hash(one) == kept), "")
    if not token:
        token, person.token_hash = made[0], crypto.token_hash(made[0])
        Person.objects.filter(pk=person.pk).update(token_hash=person.token_hash)
    return f"{settings.ORIGIN}/move/{token}/"


def find(token: str) -> Person | None:
    """Whose link has this token, with what their page shows; None where it is nobody's."""
    return Person.objects.select_related(*WITH).filter(token_hash=crypto.token_hash(token)).first()


def new(pk: UUID) -> bytes:
    """What a new row of this key keeps of its token."""
    return crypto.token_hash(_under_each_key(pk)[0])


def _under_each_key(pk: UUID) -> list[str]:
    return crypto.tokens("move person", str(pk))
