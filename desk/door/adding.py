"""Who may add a factor: whoever has an invitation and has just chosen a password, or has just proved a factor.

A password alone never may. What a ceremony needs stands sealed in its browser's own session until the factor is proved:
the password is nobody's before that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.http import HttpRequest
from django_otp.models import Device

from authenticators.totp import otp
from desk.door import factors, invitations, sessions
from desk.door.models import Invitation

CEREMONY: Final = "ceremony"
APP: Final = "app"


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
    sessions.keep(request, CEREMONY, value)


def ceremony(request: HttpRequest) -> Ceremony | None:
    """The one that this browser began, while its invitation is open."""
    begun = sessions.kept(request, CEREMONY)
    pk = begun.get("invitation")
    invitation = Invitation.objects.select_related("user").filter(pk=pk).first() if pk else None
    return Ceremony(invitation, begun["password"], begun["key"]) if invitation and invitation.is_open else None


def who(request: HttpRequest) -> User | None:
    """Whose factor may be added here and now."""
    begun = ceremony(request)
    if begun:
        return begun.invitation.user
    may = is_verified(request) and sessions.is_fresh(request)
    return request.user if may else None  # type: ignore[return-value]  # then it is no anonymous one


def is_verified(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_active and user.is_staff and user.is_verified() and factors.will_do(user.otp_device))


def new_app_key(request: HttpRequest) -> str:
    """Begin to add an app to an account that is signed in."""
    key = otp.new_key()
    sessions.keep(request, APP, {"key": key})
    return key


def app_key(request: HttpRequest) -> str:
    """The key that is shown until its first code is right; empty where none was begun."""
    begun = ceremony(request)
    return begun.key if begun else sessions.kept(request, APP).get("key", "")


def finish(request: HttpRequest, make: Callable[[User], Device]) -> Device:
    """Add what `make` makes, for `who`. Refused: those of `invitations.accept` and `factors.add`."""
    begun = ceremony(request)
    if begun:
        device = invitations.accept(invitation=begun.invitation, password=begun.password, make=make)
        sessions.verified(request, device)
        return device
    request.session.pop(APP, None)
    return factors.add(user=request.user, make=make)  # type: ignore[arg-type]  # `who` said that it is a user
