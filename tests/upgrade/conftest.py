"""Databases of a test's own, which everything in here then uses."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

from careid.storing.database import patiently
from tests import databases

BEFORE = Path(__file__).parent / "release_before.sql"


@pytest.fixture(scope="module")
def another_database(django_db_setup, django_db_blocker):
    @contextmanager
    def make():
        """Everything that asks for the database gets this one, empty, until it is left."""
        usual = connections["default"]
        options = {key: value for key, value in usual.settings_dict["OPTIONS"].items() if key != "pool"}
        with django_db_blocker.unblock(), databases.beside("upgrade") as name:
            made = type(usual)(usual.settings_dict | {"NAME": name, "OPTIONS": options}, alias="default")
            connections["default"] = made
            try:
                yield made
            finally:
                connections["default"] = usual
                made.close()

    return make


@pytest.fixture(scope="module")
def release_before(another_database):
    """The database of the release before, opened by this one."""
    with another_database() as made:
        with patiently(), made.cursor() as cursor:
            cursor.execute(BEFORE.read_text())
        yield made
