"""Clients of services made, changed and stopped: what the desk and `manage.py client` do, each with its event.

A secret is 256 random bits, told once and kept as its hash. After a new one the one before holds for a day.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import record
from provider import client_rules, jwks
from provider.client_rules import Invalid, Problem
from provider.registered import Client
from provider.words import Unfit

OLD_SECRET: Final = timedelta(hours=24)
SECRET_BYTES: Final = 32
NOT_FETCHED: Final[dict[str, Any]] = {
    "fetched_jwks": None,
    "fetched_at": None,
    "fetch_tried_at": None,
    "fetch_fault": "",
}
NO_SECRET: Final[dict[str, Any]] = {"secret_hash": None, "old_secret_hash": None, "old_secret_until": None}
BY_SECRET: Final = (Client.Authentication.BASIC, Client.Authentication.POST)


def add(*, client: Client, by: str) -> str:
    """Register this client, with an id where it has none. Returns its secret, empty where it needs none. Invalid."""
    client.client_id = client.client_id or str(uuid4())
    _settle(client)
    secret = _due(client)
    try:
        with transaction.atomic():
            client.save(force_insert=True)
            _note(client, ["made"], by)
    except IntegrityError as error:  # two at once, of one id
        raise Invalid([Problem("client_id", Unfit.TAKEN, client.client_id)]) from error
    return secret


def change(*, client: Client, changed: Iterable[str], by: str) -> str:
    """Keep these fields of the client as they are now. Returns the secret that it needs now and had not. Invalid.

    New keys and another way to prove who it is forget what was fetched; no secret outlives its use.
    """
    fields, secret = [*changed], ""
    _settle(client)
    follow: list[str] = []
    if any(one.startswith(("jwks", "token_endpoint")) for one in fields):
        vars(client).update(NOT_FETCHED)
        follow += NOT_FETCHED
    if "token_endpoint_auth_method" in fields:
        secret = _due(client)
        follow += NO_SECRET
    with transaction.atomic():
        client.save(update_fields=[*fields, *follow])
        _note(client, fields, by)
    return secret


def _settle(client: Client) -> None:
    """The client's fields as they are kept. Invalid, with all that is wrong."""
    client.scopes = list(dict.fromkeys(("openid", *client.scopes)))
    client.default_acr_values = " ".join(dict.fromkeys(client.default_acr_values.split()))
    if wrong := client_rules.problems(client):
        raise Invalid(wrong)
    client.jwks = jwks.checked(client.jwks) if client.jwks else None


def _due(client: Client) -> str:
    """Give it a secret where it needs one and has none, and return that; take away what it no longer needs."""
    if client.token_endpoint_auth_method not in BY_SECRET:
        vars(client).update(NO_SECRET)
    if client.token_endpoint_auth_method not in BY_SECRET or client.secret_hash:
        return ""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    client.secret_hash = crypto.token_hash(secret)
    return secret


def new_secret(*, client: Client, by: str, at_once: bool = False) -> str:
    """Give it another secret in place of the one that this row holds, and return it.

    The one before holds for 24 hours, or ends now if `at_once`. Invalid, where somebody else was first too.
    """
    if client.token_endpoint_auth_method not in BY_SECRET:
        raise Invalid([Problem("token_endpoint_auth_method", Unfit.NO_SECRET)])
    secret = secrets.token_urlsafe(SECRET_BYTES)
    old = {} if at_once else {"old_secret_hash": F("secret_hash"), "old_secret_until": timezone.now() + OLD_SECRET}
    with transaction.atomic():
        values: dict[str, Any] = {**NO_SECRET, **old, "secret_hash": crypto.token_hash(secret)}
        if not Client.objects.filter(pk=client.pk, secret_hash=client.secret_hash).update(**values):
            raise Invalid([Problem("token_endpoint_auth_method", Unfit.MEANWHILE)])
        _note(client, ["secret"], by)
    return secret


def switch(*, client: Client, on: bool, by: str) -> bool:
    """Let it sign people in, or no longer: nothing of it is good from then on. False where it was so already."""
    with transaction.atomic():
        done = Client.objects.filter(pk=client.pk, is_on=not on).update(is_on=on)
        if done:
            _note(client, ["is_on"], by)
    client.is_on = on
    return bool(done)


def _note(client: Client, changed: list[str], by: str) -> None:
    record(EventName.CLIENT_CHANGED, actor=by, details={"client": client.client_id, "changed": changed})
