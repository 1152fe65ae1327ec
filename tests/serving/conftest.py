import pytest
from django.conf import settings

from tests.environment import ENVIRONMENT
from tests.serving import running


@pytest.fixture(scope="module")
def web(django_db_setup, tmp_path_factory):
    """The web server with its own defaults, on the tests' database: its process and its port."""
    name = settings.DATABASES["default"]["NAME"]
    database = ENVIRONMENT["DATABASE_URL"].replace("/careid?", f"/{name}?")
    with running.web(tmp_path_factory.mktemp("web") / "log", DATABASE_URL=database) as found:
        yield found
