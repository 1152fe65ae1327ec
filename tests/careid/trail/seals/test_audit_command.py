"""`manage.py audit`: words, exit codes, files, and what is left after a rotation."""

import csv
import io
import json
import os
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command, load_command_class
from django.db import connection
from django.utils import timezone

from careid.people import spreadsheets
from careid.trail.models import Event, Seal
from careid.trail.seals import rotating, sealing, verifying
from tests.careid.trail.seals.conftest import sql

pytestmark = pytest.mark.django_db


def audit(*words):
    """Its exit code and what it said."""
    out = io.StringIO()
    try:
        call_command("audit", *words, stdout=out)
    except SystemExit as stopped:
        return stopped.code, out.getvalue()
    return 0, out.getvalue()


class TestVerify:
    def test_a_whole_trail_is_exit_code_0_and_the_seal_to_note(self, sealed):
        noted = sealing.number_and_mac(sealing.newest_seal())
        assert audit("verify") == (0, f"Looked at 10 events under 4 seals: whole.\nTo note elsewhere: {noted}\n")
        assert audit("verify", "--last", noted)[0] == 0

    def test_one_that_is_not_is_exit_code_1_and_the_words(self, sealed, no_triggers):
        noted = sealing.number_and_mac(sealing.newest_seal())
        sql("DELETE FROM careid_event WHERE sequence = %s", sealed[9])
        status, said = audit("verify")
        assert status == 1
        assert "(seal 4, " in said
        assert said.endswith("Looked at 9 events under 4 seals: see above.\n")
        sql("DELETE FROM careid_seal WHERE number = 4")
        assert audit("verify")[0] == 0
        assert "the end of the trail was cut" in audit("verify", "--last", noted)[1]

    def test_events_that_wait_for_their_seal_are_exit_code_1(self, happen):
        with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=True):
            happen(1)
        status, said = audit("verify")
        assert status == 1
        assert "no event was sealed" in said

    def test_of_very_much_the_first_lines_are_shown(self, happen, monkeypatch, no_triggers):
        monkeypatch.setattr(sealing, "BATCH", 1)
        happen(60)
        sealing.seal()
        sql("UPDATE careid_event SET reason = 'other'")
        said = audit("verify")[1].splitlines()
        assert len(said) == 52
        assert said[-2] == "And 10 more."

    @pytest.mark.parametrize("ring", ["", "s1:short"])
    def test_without_the_key_it_is_one_line_and_exit_code_2(self, ring, settings):
        settings.SEAL_KEYS = ring
        with pytest.raises(CommandError, match="CAREID_SEAL_KEYS: ") as refused:
            audit("verify")
        assert refused.value.returncode == 2


@pytest.mark.parametrize(
    "words",
    [
        ["nothing"],
        ["verify", "--last", "12"],
        ["verify", "--last", "12:xyz"],
        ["verify", "--last", "-1:00112233445566778899"],
        ["export", "--format", "xml"],
        ["rotate"],
        ["rotate", "--older-than", "soon"],
    ],
)
def test_wrong_usage_is_exit_code_2_and_nothing_is_changed(words, sealed):
    with pytest.raises(SystemExit) as stopped:
        load_command_class("operating", "audit").run_from_argv(["manage.py", "audit", *words])
    assert stopped.value.code == 2
    assert Event.objects.count() == 10


class TestExport:
    def test_csv_holds_each_event_and_no_formula(self, happen, small):
        happen(4)
        Event.objects.create(name="command.run", actor="=1+1", outcome="ok", reference="@A1")
        status, said = audit("export")
        assert said.count(spreadsheets.BOM) == said.startswith(spreadsheets.BOM) == 1
        rows = list(csv.DictReader(io.StringIO(said)))
        assert (status, len(rows)) == (0, 5)
        assert (rows[4]["actor"], rows[4]["reference"]) == ("'=1+1", "'@A1")
        assert json.loads(rows[3]["details"]) == {"command": "test", "rows": 3}
        assert rows[0]["at"].endswith("+00:00")
        assert Event.objects.latest("sequence").details == {"command": "audit export", "rows": 5}

    def test_json_lines_hold_what_is_stored(self, happen):
        [event] = happen(1)
        [line] = audit("export", "--format", "jsonl")[1].splitlines()
        said = json.loads(line)
        assert said["sequence"] == event.sequence
        assert said["at"] == event.at.isoformat()
        assert said["details"] == event.details

    def test_it_goes_as_far_back_as_it_is_told(self, happen):
        with time_machine.travel(timezone.now() - timedelta(days=8), tick=True):
            happen(2)
        assert audit("export", "--since", "7d", "--format", "jsonl")[1] == ""
        happen(1)
        assert len(audit("export", "--since", "7d", "--format", "jsonl")[1].splitlines()) == 2  # the first export, too

    def test_it_holds_a_page_in_memory_and_asks_for_each_once(self, happen, small, django_assert_num_queries):
        from careid.trail.seals import exporting

        happen(7)
        with django_assert_num_queries(4):
            exporting.write(io.StringIO(), form="csv", since=None)


class TestRotate:
    @pytest.fixture
    def old(self, happen, small):
        with time_machine.travel(timezone.now() - timedelta(days=400), tick=True):
            happen(7)
            sealing.seal()
        happen(4)
        sealing.seal()
        return list(Event.objects.order_by("sequence").values_list("sequence", flat=True))

    def test_what_is_older_goes_and_the_rest_verifies(self, old):
        status, said = audit("rotate", "--older-than", "1y")
        assert (status, said) == (0, "7 events and 2 seals deleted; the rest verifies.\n")
        assert list(Event.objects.order_by("sequence").values_list("sequence", flat=True))[:4] == old[7:]
        assert Event.objects.latest("sequence").details == {"command": "audit rotate", "rows": 7}
        sealing.seal()
        report = verifying.verify()
        assert (report.found, report.events) == ([], 5)

    def test_a_second_time_does_nothing_and_a_later_one_goes_on(self, old, happen):
        audit("rotate", "--older-than", "1y")
        assert audit("rotate", "--older-than", "1y") == (0, "No seal is so old: nothing to rotate.\n")
        sealing.seal()
        happen(3)
        with time_machine.travel(timezone.now() + timedelta(days=400), tick=True):
            sealing.seal()
            happen(1)
        with time_machine.travel(timezone.now() + timedelta(days=390), tick=True):
            assert audit("rotate", "--older-than", "1y")[0] == 0
            assert verifying.verify().found == []
        assert Seal.objects.filter(rotated__isnull=False).exists()

    def test_an_attack_on_what_is_left_still_shows(self, old, no_triggers):
        rotating.rotate(older_than=timedelta(days=366))
        sealing.seal()
        assert verifying.verify().found == []
        sql("UPDATE careid_event SET reason = 'other' WHERE sequence = %s", old[8])
        assert len(verifying.verify().found) == 1

    @pytest.mark.parametrize(
        "attack",
        [
            "DELETE FROM careid_seal WHERE rotated IS NOT NULL",
            "DELETE FROM careid_seal WHERE number = 3",
            "UPDATE careid_seal SET rotated = 4 WHERE rotated IS NOT NULL",
            "UPDATE careid_seal SET last = last - 1 WHERE number = 3",
            "UPDATE careid_seal SET mac = decode(repeat('00', 32), 'hex') WHERE number = 3",
            "INSERT INTO careid_event SELECT (json_populate_record(e, '{\"sequence\": 1}')).* FROM careid_event e LIMIT 1",
        ],
    )
    def test_an_attack_on_the_checkpoint_shows(self, attack, old, no_triggers):
        rotating.rotate(older_than=timedelta(days=366))
        sealing.seal()
        assert verifying.verify().found == []
        sql(attack.replace("%", "%%"))
        assert verifying.verify().found != []

    def test_a_rotation_that_is_made_to_reach_further_shows(self, old, no_triggers):
        rotating.rotate(older_than=timedelta(days=366))
        sealing.seal()
        sql("DELETE FROM careid_event WHERE sequence <= (SELECT last FROM careid_seal WHERE number = 4)")
        sql("DELETE FROM careid_seal WHERE number < 4")
        sql("UPDATE careid_seal SET rotated = 4 WHERE rotated = 3")
        assert len(verifying.verify().found) == 1

    def test_what_does_not_verify_is_evidence_and_stays(self, old, no_triggers):
        sql("UPDATE careid_event SET reason = 'other' WHERE sequence = %s", old[2])
        with pytest.raises(CommandError, match="is evidence") as refused:
            audit("rotate", "--older-than", "1y")
        assert refused.value.returncode == 1
        assert Event.objects.count() == 11

    def test_a_role_that_does_not_own_the_tables_rotates_nothing(self, old):
        role = f"careid_test_{os.getpid()}"  # roles belong to the whole server, which several runs share
        sql(f"CREATE ROLE {role}")
        sql(f"GRANT SELECT, INSERT, DELETE, UPDATE ON ALL TABLES IN SCHEMA public TO {role}")
        sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        sql(f"SET ROLE {role}")
        with pytest.raises(CommandError, match="run it as the role that owns the tables") as refused:
            audit("rotate", "--older-than", "1y")
        assert refused.value.returncode == 2
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        assert Event.objects.count() == 11

    def test_outside_a_rotation_the_owner_deletes_nothing(self, old):
        from django.db import DatabaseError, transaction

        rotating.rotate(older_than=timedelta(days=366))
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            sql("DELETE FROM careid_event")
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            sql("SET LOCAL careid.rotating = 'on'")
            sql("UPDATE careid_event SET reason = 'other'")
