"""Whom the mock kinds can sign in, and who was chosen."""

import re
from typing import Final

from authenticators.kind import Kind
from authenticators.models import Authenticator

USER_ID: Final = re.compile(r"[0-9]{12}")


def offered(kind: Kind) -> list[Authenticator]:
    """What the people of a mock kind have that works, in the order of their user ids."""
    rows = Authenticator.objects.live().filter(kind=kind.slug).select_related("profile__organisation")
    return list(rows.prefetch_related("profile__roles").order_by("external_id"))


def prove(kind: Kind, user_id: str) -> Authenticator | None:
    """What the person of this user id has of a mock kind, stopped or not; None where they have none."""
    if not USER_ID.fullmatch(user_id):
        return None
    rows = Authenticator.objects.proving().select_related("profile__organisation")
    return rows.filter(kind=kind.slug, external_id=user_id).first()
