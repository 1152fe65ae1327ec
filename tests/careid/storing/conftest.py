import pytest
from django.db import connection

from tests.databases import elsewhere


@pytest.fixture
def reads_only():
    """Switches the database of every connection to reading alone, and back."""

    def switch(word):
        with elsewhere() as other:
            other.execute("SET TRANSACTION READ WRITE")
            other.execute(
                f"ALTER DATABASE {connection.settings_dict['NAME']} SET default_transaction_read_only = {word}"
            )
        connection.close()
        connection.close_pool()

    yield switch
    switch("off")
