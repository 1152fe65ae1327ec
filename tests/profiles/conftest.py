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
def ask(tmp_path, transactional_db):
    """Imports these lines from `people.csv` and gives the exit code, and what was said on stdout and on stderr."""

    def run(*lines, header=HEADER, encoding="utf-8", **options):
        (tmp_path / "people.csv").write_bytes("\n".join([header, *lines, ""]).encode(encoding, "surrogateescape"))
        out, err, code = io.StringIO(), io.StringIO(), 0
        try:
            call_command("import_profiles", str(tmp_path / "people.csv"), stdout=out, stderr=err, **options)
        except SystemExit as stopped:
            code = stopped.code
        return code, out.getvalue(), err.getvalue()

    return run


@pytest.fixture
def load(ask, tmp_path):
    """Imports these lines, organisations too, and gives the summary's first line and the failed rows."""

    def run(*lines, **options):
        _, said, _ = ask(*lines, **{"new_organisations": True, **options})
        failed = tmp_path / "people.failed.csv"
        if not failed.exists():
            return said.partition("\n")[0], []
        with failed.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as rows:
            return said.partition("\n")[0], list(csv.DictReader(rows))

    return run
