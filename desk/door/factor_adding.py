"""Who may add a factor to an admin's account: with an invitation and a password just chosen, or a factor just proved.

A password alone never may. What a ceremony needs stands sealed in its browser's own session until the factor is proved:
the password is nobody's before that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.http import HttpRequest
from django_otp.models import Device

from authenticators.totp import otp
from careid.errors import Refused
from desk.door import factors, invitations, sealed, sessions
from desk.door.models import Invitation

CEREMONY: Final = "ceremony"
NEW_APP: Final = "app"


@dataclass(frozen=True)
class Ceremony:
    """An invitation whose password was chosen in this browser."""

    invitation: Invitation
    password: str  # its hash
    key: str  # of the app that may be added


def begin(request: HttpRequest, *, invitation: Invitation, password: str) -> None:
    """Keep the password's hash and a new key in a session of its own: whoever was signed in here no longer is."""
    value = {"invitation": invitation.pk, "password": make_password(password), "key": otp.new_key()}
    request.session.flush()
    sealed.keep(request, CEREMONY, value)


def ceremony(request: HttpRequest) -> Ceremony | None:
    """The ceremony that this browser began, while its invitation is open."""
    begun = sealed.kept(request, CEREMONY)
    pk = begun.get("invitation")
    invitation = Invitation.objects.select_related("user").filter(pk=pk).first() if pk else None
    return Ceremony(invitation, begun["password"], begun["key"]) if invitation and invitation.is_open else None


def who(request: HttpRequest) -> User | None:
    """Whose factor may be added here and now."""
    begun = ceremony(request)
    if begun:
        return begun.invitation.user
    return sessions.verified_user(request) if sessions.is_fresh(request) else None


def new_app_key(request: HttpRequest) -> str:
    """Begin to add an app to an account that is signed in."""
    key = otp.new_key()
    sealed.keep(request, NEW_APP, {"key": key})
    return key


def app_key(request: HttpRequest) -> str:
    """The key of the app to add, shown until its first code is right; empty where none was begun."""
    begun = ceremony(request)
    return begun.key if begun else sealed.kept(request, NEW_APP).get("key", "")


def finish(request: HttpRequest, make: Callable[[User], Device]) -> Device:
    """Add what `make` makes to the account of `who`: a password alone adds nothing, whatever page it is sent to.

    Refused: `not_proved`, and as `invitations.accept` and `factors.add` say.
    """
    begun = ceremony(request)
    if begun:
        device = invitations.accept(invitation=begun.invitation, password=begun.password, make=make)
        sessions.verified(request, device)
        return device
    user = who(request)
    if user is None:
        raise Refused("not_proved")
    request.session.pop(NEW_APP, None)
    return factors.add(user=user, make=make)
