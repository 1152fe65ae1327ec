"""How an account of the desk begins, and begins again after a lost factor: a link, once, from an operator."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_otp.models import Device

from careid.errors import Refused
from careid.limits import counting, limits
from careid.people.models import Organisation
from careid.people.typed import email_address
from careid.post import outbox
from careid.storing import crypto
from careid.trail.names import EventName
from desk.door import factors, trail
from desk.door.models import Invitation

TOKEN_BYTES: Final = 32


@transaction.atomic
def invite(
    *,
    email: str,
    groups: Iterable[Group] = (),
    organisations: Iterable[Organisation] = (),
    superuser: bool = False,
    actor: str,
    by_mail: bool = False,
    name: str = "",
) -> str:
    """Make the account, or take an old one's password, factors and sessions away, and return the link's token.

    Groups, organisations and rank are added to what the account has. Refused: `deactivated`, `nothing` (a new account
    with neither group nor rank).
    """
    groups, organisations = list(groups), list(organisations)
    user = _old_or_new(email, name=name, may_be_new=bool(groups or superuser))
    removed = _begin_afresh(user, superuser=superuser)
    user.groups.add(*groups)
    user.organisations.add(*organisations)
    details = {
        "admin": user.pk,
        "groups": [group.pk for group in groups],
        "organisations": [one.code for one in organisations],
        "superuser": superuser,
        "factors_removed": removed,
    }
    trail.note(EventName.ADMIN_INVITED, admin=user.pk, actor=actor, details=details)
    return _link(user, by_mail=by_mail)


def _old_or_new(email: str, *, name: str, may_be_new: bool) -> User:
    user = account(email)
    if user and not user.is_active:
        raise Refused("deactivated")
    if not (user or may_be_new):
        raise Refused("nothing")
    return user or User(username=name or email, email=email.lower())


def _begin_afresh(user: User, *, superuser: bool) -> int:
    """Save the account without password, sessions, factors or locks. Returns how many factors it had."""
    user.username = desk_name(user.username)
    user.is_staff, user.is_superuser = True, user.is_superuser or superuser
    user.set_unusable_password()  # sessions end with the password that they began with
    user.save()
    counting.forget(*((limit, user.username) for limit in limits.SIGN_IN_NAME))
    return factors.remove_all(user=user)


def desk_name(typed: str) -> str:
    """A name as it is kept and signed in with: an address in the form that is compared."""
    try:
        return email_address(typed) if "@" in typed else typed
    except ValueError:
        return typed.lower()


def account(email: str) -> User | None:
    """The account with this address, or with a name made by hand before there were invitations that is this address."""
    return User.objects.filter(Q(username__iexact=email) | Q(email__iexact=email)).order_by("pk").first()


def _link(user: User, *, by_mail: bool) -> str:
    token, expires_at = secrets.token_urlsafe(TOKEN_BYTES), timezone.now() + settings.ADMIN_INVITATION
    Invitation.objects.filter(user=user).delete()
    Invitation.objects.create(user=user, token_hash=crypto.token_hash(token), expires_at=expires_at)
    if by_mail:
        context = {"link": address(token), "until": timezone.localtime(expires_at)}
        outbox.send("admin_invitation", profile=None, to=user.email, context=context)
    return token


def address(token: str) -> str:
    return f"{settings.ORIGIN}{reverse('admin:invitation', args=[token])}"


def find(token: str) -> Invitation | None:
    """The open invitation of this link."""
    found = Invitation.objects.select_related("user").filter(token_hash=crypto.token_hash(token)).first()
    return found if found and found.is_open else None


@transaction.atomic
def accept(*, invitation: Invitation, password: str, make: Callable[[User], Device]) -> Device:
    """Set the password (its hash) and the first factor, which `make` makes, both or neither. Refused: `used`."""
    fresh = Invitation.objects.select_for_update(of=("self",)).select_related("user").filter(pk=invitation.pk).first()
    if fresh is None or not fresh.is_open:
        raise Refused("used")
    fresh.user.password = password
    fresh.user.save(update_fields=["password"])
    device = make(fresh.user)
    factors.added(device, by="invitation")
    Invitation.objects.filter(pk=fresh.pk).update(used_at=timezone.now())
    return device


def purge(now: datetime) -> None:
    """Delete the invitations that nobody can use any more."""
    Invitation.objects.filter(Q(used_at__isnull=False) | Q(expires_at__lt=now)).delete()
