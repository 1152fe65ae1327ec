"""Here a visitor has an app."""

import pytest

from tests.authenticators.totp.visitors import Visitor


@pytest.fixture
def visitor(db):
    return Visitor()


@pytest.fixture
def make_visitor(db):
    return Visitor
