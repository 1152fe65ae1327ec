"""Who invited somebody, as that person is told: whom to ask, and how to reach them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import User

from apply.models import Invitation
from careid.people import typed
from careid.people.models import Organisation
from careid.trail import actors


@dataclass(frozen=True)
class Inviter:
    """Whom to ask. What is not known is blank."""

    name: str
    email: str
    phone: str = ""


def of(invitation: Invitation) -> Inviter:
    """Who invited: the account of the desk, or the organisation's Registration Authority where there is none."""
    return of_each([invitation])[0]


def of_each(invitations: Collection[Invitation]) -> list[Inviter]:
    """The same for many, in their order, by one statement."""
    keys = [key for one in invitations if (key := actors.admin_key(one.by)) is not None]
    users = User.objects.filter(pk__in=keys, is_active=True) if keys else ()
    found = {actors.admin(user.pk): _account(user) for user in users}
    return [found.get(one.by) or _authority(one.organisation) for one in invitations]


def _account(user: User) -> Inviter | None:
    email = user.email or (user.get_username() if "@" in user.get_username() else "")
    return Inviter(typed.one_line(user.get_full_name()), email) if email else None


def _authority(organisation: Organisation) -> Inviter:
    return Inviter(organisation.ra_name, organisation.ra_email, organisation.ra_phone)
