import pytest
from django.db import connection

from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record
from careid.trail.seals import canonical, exporting, sealing


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


@pytest.fixture
def happen(db):
    """Events, one after the other."""

    def happen(count=1):
        return [
            record(EventName.COMMAND_RUN, actor="command:test", details={"command": "test", "rows": number})
            for number in range(count)
        ]

    return happen


@pytest.fixture
def small(monkeypatch):
    """Three events a seal, two a statement."""
    monkeypatch.setattr(sealing, "BATCH", 3)
    for module in (canonical, exporting):
        monkeypatch.setattr(module, "PAGE", 2)


@pytest.fixture
def sealed(happen, small):
    """The sequences of ten events under four seals."""
    happen(10)
    assert sealing.seal() == 10
    return list(Event.objects.order_by("sequence").values_list("sequence", flat=True))


@pytest.fixture
def no_triggers(db):
    """What whoever owns the tables can do."""
    for table in ("careid_event", "careid_seal"):
        sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
