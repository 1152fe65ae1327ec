import pytest
from django.core.management import call_command
from django.db import connection

from tests.operating.roles import RUN, WORK, execute


@pytest.fixture
def role(db):
    """The web's role; the worker's, WORK, is there too."""
    execute(f"CREATE ROLE {RUN} LOGIN; CREATE ROLE {WORK} LOGIN")
    call_command("grants", RUN, worker=WORK)
    yield RUN
    if not connection.in_atomic_block:  # else it is rolled back
        execute(f"DROP OWNED BY {RUN}, {WORK}; DROP ROLE {RUN}, {WORK}")
