"""What the tests of a person's profile share."""

import csv
import io

import pytest
from django.core.management import call_command

from authenticators.models import Authenticator
from careid.trail.models import Event
from tests import kinds
from tests.profiles.files import HEADER


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


@pytest.fixture
def load(tmp_path, transactional_db):
    """Imports these lines and gives the summary's words and the failed rows."""

    def run(*lines, header=HEADER, encoding="utf-8", **options):
        file = tmp_path / "people.csv"
        file.write_bytes("\n".join([header, *lines, ""]).encode(encoding, "surrogateescape"))
        out = io.StringIO()
        call_command("import_profiles", str(file), stdout=out, stderr=io.StringIO(), **options)
        with (tmp_path / "people.failed.csv").open(newline="", errors="surrogateescape") as failed:
            return out.getvalue().strip(), list(csv.DictReader(failed))

    return run
