"""The sealed trail is attacked row by row, by someone whom the triggers do not stop."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from careid.trail.models import Event, Seal
from careid.trail.seals import sealing, verifying
from careid.trail.seals.canonical import FIELDS
from tests.careid.trail.seals.conftest import sql
from tests.environment import key

pytestmark = pytest.mark.django_db
OTHER = {
    "at": "at + interval '1 microsecond'",
    "profile_id": "coalesce(profile_id, 0) + 1",
    "authenticator_id": "'0f1e2d3c-4b5a-4968-8776-655443322110'",
    "attempt_id": "'0f1e2d3c-4b5a-4968-8776-655443322110'",
    "details": """details || '{"rows": 99}'""",
}


def found():
    return verifying.verify().found


def columns(model):
    return [field.column for field in model._meta.fields]


def test_what_nobody_touched_is_whole(sealed):
    report = verifying.verify()
    assert (report.found, report.events, report.seals) == ([], 10, 4)


@pytest.mark.parametrize("column", columns(Event))
@pytest.mark.parametrize("which", [0, 4, 9])
def test_a_changed_column_shows(column, which, sealed, no_triggers):
    other = OTHER.get(column, f"{column} || 'x'") if column != "sequence" else "100000 + sequence"
    sql(f"UPDATE careid_event SET {column} = {other} WHERE sequence = %s", sealed[which])
    words, *beyond = found()
    assert f"seal {1 + which // 3}," in words
    assert len(beyond) == (column == "sequence")  # its new number was never given out
    assert ("1 missing" if column == "sequence" else "changed or exchanged") in words


def test_each_column_of_the_trail_is_sealed():
    assert set(FIELDS) == {field.attname for field in Event._meta.fields}


@pytest.mark.parametrize("which", [0, 4, 9])
def test_a_deleted_event_shows_at_the_start_in_the_middle_and_at_the_end(which, sealed, no_triggers):
    sql("DELETE FROM careid_event WHERE sequence = %s", sealed[which])
    [words] = found()
    assert f"(seal {1 + which // 3}," in words
    assert "1 missing since they were sealed" in words


def test_a_cut_tail_shows_for_each_seal_that_it_touches(sealed, no_triggers):
    sql("DELETE FROM careid_event WHERE sequence > %s", sealed[4])
    assert [words.partition(": ")[2].split(" ")[0:2] for words in found()] == [
        ["1", "missing"],
        ["3", "missing"],
        ["1", "missing"],
    ]


def test_a_tail_that_is_cut_with_its_seals_shows_against_a_seal_that_was_noted(sealed, no_triggers):
    noted = sealing.newest_seal()
    mac = bytes(noted.mac).hex()
    assert verifying.cut(noted.number, mac) == verifying.cut(noted.number, mac[:16].upper()) == []
    sql("DELETE FROM careid_event WHERE sequence > %s", sealed[5])
    sql("DELETE FROM careid_seal WHERE number > 2")
    assert found() == []  # nothing in the database tells
    [words] = verifying.cut(noted.number, mac)
    assert "Seal 4 is not the one that was noted" in words


def test_a_tail_that_is_written_anew_shows_against_a_seal_that_was_noted(sealed, no_triggers, happen):
    noted = sealing.newest_seal()
    sql("DELETE FROM careid_event WHERE sequence > %s", sealed[8])
    sql("DELETE FROM careid_seal WHERE number > 3")
    happen(1)
    sealing.seal()
    assert found() == []
    assert verifying.cut(noted.number, bytes(noted.mac).hex()) != []
    assert verifying.cut(noted.number, "") != []


@pytest.mark.parametrize("sequence", ["first - 1", "-5"])
def test_an_event_put_before_all_others_shows(sequence, sealed):
    first = sealed[0]
    number = first - 1 if sequence == "first - 1" else -5
    Event.objects.create(sequence=number, name="command.run", actor="x", outcome="ok")
    assert f"Events 1 to {sealed[2]} (seal 1, " in found()[0]
    assert "1 put in" in found()[0]


def test_an_event_put_into_a_gap_shows(happen, small):
    *_, three = happen(3)
    sql("SELECT nextval(pg_get_serial_sequence('careid_event', 'sequence'))")  # a rollback leaves such a gap
    happen(1)
    assert sealing.seal() == 4
    assert found() == []
    Event.objects.create(sequence=three.sequence + 1, name="command.run", actor="x", outcome="ok")
    assert "1 put in since they were sealed" in found()[0]


def test_an_event_that_is_put_at_the_end_with_an_old_time_shows_once_it_is_sealed(sealed, happen):
    [late] = happen()
    Event.objects.create(name="command.run", actor="x", outcome="ok", at=late.at - timedelta(days=3))
    Event.objects.create(name="command.run", actor="x", outcome="ok", at=late.at + timedelta(days=3))
    happen()
    sealing.seal()
    assert [words.split(" (")[0] for words in found()] == [
        f"Event {late.sequence + 1}",
        f"Event {late.sequence + 2}",
    ]


def test_a_swapped_pair_shows(sealed, no_triggers):
    one, other = sealed[3], sealed[4]
    for old, new in ((one, 100_000), (other, one), (100_000, other)):
        sql("UPDATE careid_event SET sequence = %s WHERE sequence = %s", new, old)
    [words] = found()
    assert "seal 2, " in words
    assert "changed or exchanged" in words


def test_a_pair_swapped_between_seals_shows_in_both(sealed, no_triggers):
    one, other = sealed[1], sealed[7]
    for old, new in ((one, 100_000), (other, one), (100_000, other)):
        sql("UPDATE careid_event SET sequence = %s WHERE sequence = %s", new, old)
    assert len(found()) == 2


@pytest.mark.parametrize("field", [field for field in Seal._meta.fields if field.name != "number"], ids=str)
@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_changed_seal_shows(field, number, sealed, no_triggers):
    others = {
        "at": "at + interval '1 second'",
        "mac": "decode(repeat('00', 32), 'hex')",
        "key_id": "'s2'",
        "last": "last - 1",
        "rotated": "1",
    }
    sql(
        f"UPDATE careid_seal SET {field.column} = {others.get(field.name, field.column + ' + 1')} WHERE number = %s",
        number,
    )
    assert found() != []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_deleted_seal_shows(number, sealed, no_triggers):
    sql("DELETE FROM careid_seal WHERE number = %s", number)
    assert f"Seals {number} to {number} are missing" in found()[0]


def test_seals_that_exchange_their_numbers_show(sealed, no_triggers):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        sql("UPDATE careid_seal SET number = %s WHERE number = %s", new, old)
    assert len(found()) >= 2


def test_a_seal_made_with_another_key_shows(sealed, no_triggers, settings):
    ours = settings.SEAL_KEYS
    sql("UPDATE careid_event SET reason = 'other' WHERE sequence = %s", sealed[9])
    sql("DELETE FROM careid_seal WHERE number = 4")
    settings.SEAL_KEYS = key("s1")
    sealing.seal()
    settings.SEAL_KEYS = ours
    assert len(found()) == 1


def test_a_made_up_rotation_hides_nothing(sealed, no_triggers):
    sql("DELETE FROM careid_event WHERE sequence <= %s", sealed[5])
    sql("DELETE FROM careid_seal WHERE number < 2")
    Seal.objects.create(
        number=5, at="2026-01-01T00:00Z", last=sealed[9], count=0, form=1, rotated=2, key_id="s1", mac=b"x" * 32
    )
    assert "(seal 5, " in "".join(found())


def test_a_made_up_rotation_that_keeps_itself_is_none(sealed, no_triggers):
    Seal.objects.all().delete()
    Seal.objects.create(number=5, at=timezone.now(), last=0, count=0, form=1, rotated=5, key_id="s1", mac=b"x" * 32)
    sealing.seal()
    assert "Seal 5, which a rotation kept, is missing." in found()


@pytest.mark.parametrize("table", ["careid_event", "careid_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_triggers_hold_for_seals_as_for_events(table, statement, sealed):
    with pytest.raises(DatabaseError, match=f"{table} is append only"), transaction.atomic():
        sql(statement.format(table))


def test_a_dump_that_is_restored_verifies_whatever_order_its_rows_come_in(sealed, no_triggers):
    """As pg_restore does it: the rows as text into empty tables, and none is where it was."""
    for table in ("careid_event", "careid_seal"):
        names = ", ".join(columns(Event if table == "careid_event" else Seal))
        sql(f"CREATE TEMP TABLE dump ON COMMIT DROP AS SELECT row_to_json(t)::text AS line FROM {table} t")
        sql(f"DELETE FROM {table}")
        sql("SET LOCAL TIME ZONE 'Asia/Tokyo'")
        sql(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM dump, json_populate_record(NULL::{table}, line::json) ORDER BY md5(line)"
        )
        sql("DROP TABLE dump")
    sql("SET LOCAL TIME ZONE 'UTC'")
    report = verifying.verify()
    assert (report.found, report.events) == ([], 10)
