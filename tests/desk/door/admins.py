"""Admins at the desk's door: their passkeys, and sessions that are verified already."""

import secrets
from datetime import timedelta
from functools import reduce
from operator import or_
from uuid import uuid4

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from desk.door.models import Passkey
from desk.roles import ROLES

PASSWORD = "kettle orbit Thursday lamp"  # made up for the tests


def signed_in(client, user):
    """The client, as if the password and a passkey of this user had just been proved."""
    device = passkey_of(user)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session["since"] = session["verified_at"] = timezone.now().timestamp()
    session.save()
    return client


def passkey_of(user, **more):
    """A passkey of an account, which nobody holds."""
    made = {"credential_id": secrets.token_urlsafe(32), "user_handle": b"x" * 32, "public_key": "", "sign_count": 0}
    return Passkey.objects.create(user=user, **{**made, "backup_eligible": False, "backed_up": False, **more})


def group(name):
    """A group of `desk.roles`, with what it may do: a test's flush takes what the migration gave."""
    made, _ = Group.objects.get_or_create(name=name)
    codes = (code.partition(".")[::2] for code in ROLES[name])
    asked = [Q(content_type__app_label=label, codename=codename) for label, codename in codes]
    may = Permission.objects.filter(reduce(or_, asked))
    assert len(may) == len(asked)
    made.permissions.add(*may)
    return made


def role(name, *organisations, email=""):
    """Somebody of a role who looks after these organisations, signed in: a client, whose `user` they are."""
    user = User.objects.create_user(f"{name} {uuid4()}", email, is_staff=True)
    user.groups.add(group(name))
    user.organisations.set(organisations)
    client = signed_in(Client(), user)
    client.user = user
    return client


def stale(client, **past):
    """The client, whose factor was proved some time ago."""
    session = client.session
    session["verified_at"] -= timedelta(**past or {"minutes": 6}).total_seconds()
    session.save()
    return client
