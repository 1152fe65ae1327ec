"""What the tests of a person's profile share."""

import pytest

from authenticators.models import Authenticator
from careid.trail.models import Event
from tests import kinds


@pytest.fixture
def authenticator(person):
    return Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="x", material={}, added_by="person"
    )


@pytest.fixture
def the_event():
    """Who did the one event of a name, why, and its details."""

    def find(name):
        told = Event.objects.get(name=name)
        return told.actor, told.reason, told.details

    return find
