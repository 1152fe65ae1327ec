"""The admins that the demo starts with, whom one phone serves."""

from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from authenticators.totp import otp
from careid.people.models import Organisation
from careid.people.services import Service
from careid.trail.actors import SYSTEM
from desk.door import factors, invitations
from desk.door.models import App

ADMIN: Final = "admin"  # an operator, who sees everything
RA: Final = "ra"  # who looks after the people of one organisation
RA_ROLE, RA_ORGANISATION = "RA manager", "DEMO2"
OWNER: Final = "owner"  # who looks after one service, and sees no person of it
OWNER_ROLE, OWNED = "Service owner", "Message Exchange for Social Care and Health (MESH)"


def key() -> str:
    """The key of the authenticator app that these admins have; empty where none has it any more."""
    app = App.objects.filter(user__username__in=[ADMIN, RA, OWNER]).order_by("user").first()
    return app.key if app else ""


def seed(password: str) -> None:
    """An operator, the Registration Authority of one organisation, and the owner of a service. One phone is theirs."""
    app = key() or otp.new_key()
    _admin(ADMIN, password, app, superuser=True)
    theirs = Organisation.objects.filter(code=RA_ORGANISATION)
    _admin(RA, password, app, groups=Group.objects.filter(name=RA_ROLE), organisations=theirs)
    if _admin(OWNER, password, app, groups=Group.objects.filter(name=OWNER_ROLE)):
        Service.objects.get(name=OWNED).owners.add(User.objects.get(username=OWNER))


def _admin(name: str, password: str, app: str, **rank: Any) -> bool:
    """An admin who was invited like any other, and accepted with an app of that key. Returns whether it is new."""
    user = User.objects.filter(username=name).first()
    if user and App.objects.filter(user=user).exists():
        if not user.check_password(password):
            user.set_password(password)
            user.save()
        return False
    token = invitations.invite(email=f"{name}@careid.example.org", name=name, actor=SYSTEM, **rank)
    invitation = invitations.find(token)
    if invitation is None:
        raise RuntimeError("the invitation that was just made is not there")
    invitations.accept(
        invitation=invitation,
        password=make_password(password),
        make=lambda owner: factors.add_app(user=owner, key=app, step=0),
    )
    return True
