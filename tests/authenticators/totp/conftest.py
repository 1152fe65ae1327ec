"""Here a visitor has an app, and a person too."""

import pytest
from django.utils import timezone

from tests.authenticators.totp.people import with_app
from tests.authenticators.totp.visitors import Visitor


@pytest.fixture
def visitor(db):
    return Visitor()


@pytest.fixture
def make_visitor(db):
    return Visitor


@pytest.fixture
def app(person):
    """This person's, added yesterday."""
    return with_app(person)


@pytest.fixture
def now():
    return timezone.now()
