"""Moves of services, and people in them, for the desk's tests."""

import secrets
from datetime import timedelta
from itertools import count

from django.utils import timezone

from authenticators.models import Authenticator
from careid.people.services import Service
from moves.models import Move, Person
from tests import kinds
from tests.desk.door.admins import role

NUMBERS = count(1)


def a_service(name="", **more):
    return Service.objects.create(name=name or f"Service {next(NUMBERS)}", **more)


def a_move(service=None, state="running", **more):
    """A move that began ten days ago and has twenty days left."""
    number, today = next(NUMBERS), timezone.localdate()
    begun = None if state == "draft" else timezone.now() - timedelta(days=10)
    usual = {
        "slug": f"move-{number}",
        "title": f"Move {number}",
        "what_changes": "You sign in with an app.",
        "who_is_affected": "All who sign in by a code.",
        "whom_to_ask": "The service desk.",
        "starts_on": today - timedelta(days=10),
        "ends_on": today + timedelta(days=20),
        "started_at": begun,
        "made_by": "admin:1",
        "ended_at": timezone.now() if state in {"done", "cancelled"} else None,
    }
    return Move.objects.create(service=service or a_service(), state=state, **(usual | more))


def somebody(move, organisation, **more):
    number = next(NUMBERS)
    usual = {
        "email": f"bo.mover{number}@example.nhs.uk",
        "given_name": "Bo",
        "family_name": f"Mover{number}",
        "way": "two_factor",
        "token_hash": secrets.token_bytes(32),
    }
    return Person.objects.create(move=move, organisation=organisation, **(usual | more))


def adds(profile, **more):
    usual = {"kind": kinds.some_kind(), "external_id": secrets.token_hex(8), "material": {}, "added_by": "person"}
    return Authenticator.objects.create(profile=profile, **(usual | more))


def owner(*services, organisations=()):
    """A Service owner who looks after these, signed in."""
    client = role("Service owner", *organisations)
    for one in services:
        one.owners.add(client.user)
    return client
