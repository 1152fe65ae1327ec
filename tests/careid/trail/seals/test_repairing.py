"""What names a number that was never given out can be taken out, and then what happens is sealed again."""

import io
import json
import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from careid.trail.models import Event, Seal
from careid.trail.seals import canonical, jumps, repairing, rotating, sealing, verifying
from tests.careid.trail.seals.conftest import sql

pytestmark = pytest.mark.django_db
FAR = 2**63 - 2


def repair(*words):
    out = io.StringIO()
    call_command("audit", "repair", *words, stdout=out, stderr=io.StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def jumped(sealed, happen, monkeypatch):
    """An event was put in far ahead and sealed, as a release that measured by events did; then life went on."""
    Event.objects.create(sequence=FAR, name="command.run", actor="x", outcome="ok")
    with monkeypatch.context() as as_it_was:
        as_it_was.setattr(jumps, "given_out", lambda: FAR)
        assert sealing.seal() == 1
    happen(2)
    return sealed


def test_after_it_what_happened_since_is_sealed_and_all_of_it_is_whole(jumped):
    assert sealing.seal() == 0
    assert len(verifying.verify().found) == 3  # the event, its seal, and that others stand under it since
    event, seal = repair("--yes")
    assert (event["sequence"], seal["seal"], seal["last"]) == (FAR, 5, FAR)
    assert sealing.seal() == 3  # and that it was repaired
    report = verifying.verify()
    assert (report.found, report.events) == ([], 13)
    assert Event.objects.latest("sequence").details == {"command": "audit repair", "rows": 2}


def test_without_yes_it_shows_what_it_would_take_out(jumped):
    assert len(repair()) == 2
    assert (Event.objects.filter(sequence=FAR).count(), Seal.objects.count()) == (1, 5)


@pytest.mark.parametrize(("number", "last"), [(2**63 - 1, 0), (5, 2**62), (2**63 - 1, 2**62)])
def test_a_made_up_seal_goes_too(number, last, sealed, happen):
    Seal.objects.create(number=number, at=timezone.now(), last=last, count=1, form=1, key_id="s1", mac=b"x" * 32)
    happen(1)
    assert sealing.seal() == 0
    assert [line["seal"] for line in repair("--yes")] == [number]
    assert sealing.seal() == 2
    assert verifying.verify().found == []


def made_up(number):
    far = 2**62
    Seal.objects.create(number=number, at=timezone.now(), last=far, count=1, form=1, key_id="s1", mac=b"x" * 32)


@pytest.mark.parametrize("number", [0, -7])
def test_one_that_was_put_before_the_first_takes_no_other_with_it(number, sealed, no_triggers):
    sql("UPDATE careid_event SET reason = 'other' WHERE sequence = %s", sealed[4])
    made_up(number)
    assert [line["seal"] for line in repair("--yes")] == [number]
    [changed] = verifying.verify().found  # is evidence still
    assert "changed or exchanged since they were sealed" in changed


def test_nor_does_one_in_the_place_of_what_was_rotated_away(sealed, no_triggers):
    assert rotating.rotate(older_than=timedelta(0)).seals == 3
    made_up(2)
    assert [line["seal"] for line in repair("--yes")] == [2]
    assert Seal.objects.count() == 2


def test_a_trail_without_any_is_left_alone(sealed):
    assert repair("--yes") == []
    assert Seal.objects.count() == 4


def test_what_was_changed_is_evidence_and_no_repair(sealed, no_triggers):
    sql("UPDATE careid_event SET reason = 'other' WHERE sequence = %s", sealed[4])
    assert repair("--yes") == []
    assert len(verifying.verify().found) == 1


def test_a_sequence_that_was_set_back_is_told_from_events_that_were_put_in(sealed, monkeypatch):
    monkeypatch.setattr(repairing, "MANY", 3)
    sql("SELECT setval('careid_event_sequence_seq', %s)", sealed[2])
    with pytest.raises(CommandError, match="the sequence was set back") as refused:
        repair("--yes")
    assert refused.value.returncode == 1
    sql("SELECT setval('careid_event_sequence_seq', max(sequence)) FROM careid_event")
    assert verifying.verify().found == []


def test_a_seal_that_was_noted_elsewhere_tells_that_one_is_gone(jumped):
    noted = sealing.newest_seal()
    repair("--yes")
    assert verifying.cut(noted.number, bytes(noted.mac).hex()) != []


def test_a_role_that_does_not_own_the_tables_repairs_nothing(jumped):
    role = f"careid_test_{os.getpid()}"  # roles belong to the whole server, which several runs share
    sql(f"CREATE ROLE {role}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")  # fmt: skip
    sql(f"SET ROLE {role}")
    try:
        with pytest.raises(CommandError, match="run it as the role that owns the tables"):
            repair("--yes")
    finally:
        sql("RESET ROLE")
    assert jumps.events().count() == 1


def test_the_columns_that_it_shows_are_all(jumped):
    event, _ = repair()
    assert set(event) == set(canonical.FIELDS)
