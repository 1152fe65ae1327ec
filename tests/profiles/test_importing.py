"""People from a file: what becomes of each row, and of everything when something is wrong."""

import threading
import time

import psycopg
import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careid.errors import Refused
from careid.people.models import Organisation, Profile
from careid.storing import crypto
from profiles.importing import by_sets, people_file
from profiles.importing.outcome import Wanted
from tests.environment import key
from tests.profiles.files import AMA, BEN, CLEO, HEADER, events, everything, profile


@pytest.fixture
def somebody_else(transactional_db):
    """Another connection to the same database, whose work is committed at once."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}, autocommit=True) as other:
        yield other


def test_a_row_becomes_a_profile(load):
    words, failed = load(AMA)
    ama = profile(AMA)
    assert words == "1 created, 0 changed, 0 unchanged, 0 failed"
    assert not failed
    assert (ama.given_name, ama.family_name, ama.email) == ("Ama", "Sample", "ama@example.nhs.uk")
    assert ama.nino_fingerprint == crypto.fingerprint("PP000001A")
    assert (ama.identity_level, ama.state, ama.source, len(ama.user_handle)) == (3, "open", "import", 32)
    assert (ama.previous_email, ama.email_changed_at, ama.nino_changed_at) == (None, None, None)


def test_each_profile_leaves_an_event_and_the_run_leaves_one(load):
    load(AMA, BEN.replace("PP000002A", ""), "nonsense")
    ama, ben = events()
    assert (ama.profile_id, ama.actor, ama.organisation) == (profile(AMA).pk, "command:import_profiles", "RX1")
    assert (ama.outcome, ama.reason) == ("ok", "created")
    assert sorted(ama.details["changed"]) == sorted(set(people_file.COLUMNS) - {"user_id"})
    assert "national_insurance_number" not in ben.details["changed"]
    (run,) = events("command.run")
    assert run.details == {"command": "import_profiles", "rows": 3, "failed": 1, "dry_run": False}


def test_importing_again_changes_nothing(load):
    load(AMA, BEN)
    before = everything()
    words, _ = load(AMA, BEN)
    assert words == "0 created, 0 changed, 2 unchanged, 0 failed"
    assert everything() == before
    assert len(events()) == 2


def test_what_differs_is_changed_and_dated(load):
    load(AMA, BEN)
    words, _ = load("555000000001,Ama,Other,new@example.nhs.uk,PP000009A,RX9,1", BEN)
    ama = profile(AMA)
    assert words == "0 created, 1 changed, 1 unchanged, 0 failed"
    assert (ama.family_name, ama.email, ama.organisation.code, ama.identity_level) == (
        "Other",
        "new@example.nhs.uk",
        "RX9",
        1,
    )
    assert ama.nino_fingerprint == crypto.fingerprint("PP000009A")
    assert ama.previous_email == "ama@example.nhs.uk"
    assert ama.email_changed_at == ama.nino_changed_at == events()[-1].at
    assert events()[-1].reason == "changed"
    assert "given_name" not in events()[-1].details["changed"]


def test_a_blank_email_or_number_leaves_what_is_there(load):
    load(AMA)
    before = everything()
    words, _ = load("555000000001,Ama,Sample,,,RX1,3")
    assert words == "0 created, 0 changed, 1 unchanged, 0 failed"
    assert everything() == before


def test_the_same_email_in_another_case_is_no_change(load):
    load(AMA)
    words, _ = load(AMA.replace("ama@example", "AMA@Example"))
    assert words == "0 created, 0 changed, 1 unchanged, 0 failed"


def test_a_fingerprint_under_an_older_key_is_replaced_without_a_word(load, settings):
    load(AMA)
    settings.INDEX_KEYS = f"{key('i2')},{settings.INDEX_KEYS}"
    words, _ = load(AMA)
    ama = profile(AMA)
    assert words == "0 created, 0 changed, 1 unchanged, 0 failed"
    assert ama.nino_fingerprint.startswith("i2:")
    assert ama.nino_fingerprint == crypto.fingerprint("PP000001A")
    assert ama.nino_changed_at is None
    assert len(events()) == 1


def test_a_number_that_another_profile_holds_under_an_older_key_is_still_taken(load, settings):
    load(AMA)
    settings.INDEX_KEYS = f"{key('i2')},{settings.INDEX_KEYS}"
    _, (failed,) = load(BEN.replace("PP000002A", "PP000001A"))
    assert failed["reason"] == "national_insurance_number is another open profile's"


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (BEN.replace("555000000002", "555000000001"), "user_id stands on line 2 already"),
        (BEN.replace("ben@example", "AMA@example"), "email stands on line 2 already"),
        (BEN.replace("PP000002A", "pp-00-00-01-a"), "national_insurance_number stands on line 2 already"),
    ],
)
def test_of_two_rows_that_share_what_is_one_persons_the_first_stands(load, second, reason):
    words, (failed,) = load(AMA, second, CLEO)
    assert words == "2 created, 0 changed, 0 unchanged, 1 failed"
    assert failed["reason"] == reason
    assert profile(AMA).given_name == "Ama"


def test_what_another_open_profile_has_fails_the_row_and_names_both_reasons(load):
    load(AMA)
    words, (failed,) = load("555000000002,Ben,Sample,ama@example.nhs.uk,PP000001A,RX1,3", CLEO)
    assert words == "1 created, 0 changed, 0 unchanged, 1 failed"
    assert failed["reason"] == "email is another open profile's; national_insurance_number is another open profile's"


def test_what_a_closed_profile_has_may_be_anothers(load):
    load(AMA)
    Profile.objects.update(state="closed", closed_reason="left")
    words, _ = load("555000000002,Ben,Sample,ama@example.nhs.uk,PP000001A,RX1,3")
    assert words.startswith("1 created")


def test_of_a_closed_profile_the_names_alone_follow_the_file(load):
    load(AMA)
    Profile.objects.update(state="closed", closed_reason="left")
    words, _ = load("555000000001,Ama,Other,new@example.nhs.uk,PP000009A,RX9,0")
    ama = profile(AMA)
    assert words == "0 created, 1 changed, 0 unchanged, 0 failed"
    assert (ama.family_name, ama.state, ama.email, ama.identity_level) == ("Other", "closed", "ama@example.nhs.uk", 3)
    assert ama.organisation.code == "RX1"
    assert not Organisation.objects.filter(code="RX9").exists()
    assert events()[-1].details == {"changed": ["family_name"]}


def test_two_people_swap_their_email_and_number(load):
    load(AMA, BEN)
    words, failed = load(
        "555000000001,Ama,Sample,ben@example.nhs.uk,PP000002A,RX1,3",
        "555000000002,Ben,Sample,ama@example.nhs.uk,PP000001A,RX1,3",
    )
    assert (words, failed) == ("0 created, 2 changed, 0 unchanged, 0 failed", [])
    assert (profile(AMA).email, profile(AMA).previous_email) == ("ben@example.nhs.uk", "ama@example.nhs.uk")
    assert profile(BEN).nino_fingerprint == crypto.fingerprint("PP000001A")


def test_someone_new_takes_what_a_row_of_the_same_file_gives_up(load):
    load(AMA)
    words, _ = load(CLEO.replace("cleo@", "ama@"), AMA.replace("ama@", "married@"))
    assert words == "1 created, 1 changed, 0 unchanged, 0 failed"
    assert profile(CLEO).email == "ama@example.nhs.uk"


def test_a_row_that_fails_takes_with_it_those_that_needed_it_to_move(load):
    dora = "555000000004,Dora,Sample,dora@example.nhs.uk,,RX1,3"
    load(AMA, BEN, CLEO, dora)
    before = everything()
    words, failed = load(
        AMA.replace("ama@", "ben@"),  # needs Ben to move, who needs Cleo to move, who wants what Dora keeps
        BEN.replace("ben@", "cleo@"),
        CLEO.replace("cleo@", "dora@"),
        dora,
    )
    assert words == "0 created, 0 changed, 1 unchanged, 3 failed"
    assert {row["reason"] for row in failed} == {"email is another open profile's"}
    assert everything() == before


def test_of_two_imports_at_once_the_second_is_told_to_wait(load, somebody_else):
    with somebody_else.transaction():
        somebody_else.execute(by_sets.sql.ALONE)
        with pytest.raises(CommandError, match="Another import is running") as refusal:
            load(AMA)
    assert refusal.value.returncode == 1
    assert load(AMA)[0].startswith("1 created")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE careid_profile SET family_name = 'Elsewhere' WHERE user_id = '555000000001'",
        """INSERT INTO careid_profile SELECT (jsonb_populate_record(p, '{"id": 999, "user_id": "555000000002",
        "email": null, "nino_fingerprint": null, "user_handle": "x"}')).* FROM careid_profile p""",
    ],
)
def test_what_somebody_else_writes_meanwhile_stops_it_with_nothing_changed(load, tmp_path, somebody_else, statement):
    load(AMA)
    (tmp_path / "again.csv").write_text("\n".join([HEADER, AMA.replace("Sample", "Other"), BEN]))

    def once_compared(what, done, of):
        if (what, done) == ("Comparing", of):
            somebody_else.execute(statement)

    with pytest.raises(Refused, match="meanwhile"):
        by_sets.run(
            path=tmp_path / "again.csv", failed=tmp_path / "failed.csv", wanted=Wanted(), progress=once_compared
        )
    assert not Profile.objects.filter(family_name="Other").exists()
    assert len(events()) == 1


def test_it_waits_for_an_enrolment_that_holds_a_person_only_where_that_person_changes(load, somebody_else):
    load(AMA)
    somebody_else.execute("BEGIN; SELECT FROM careid_profile FOR UPDATE")
    assert load(AMA)[0] == "0 created, 0 changed, 1 unchanged, 0 failed"
    threading.Timer(0.3, somebody_else.execute, ["COMMIT"]).start()
    started = time.monotonic()
    assert load(AMA.replace("Sample", "Other"))[0] == "0 created, 1 changed, 0 unchanged, 0 failed"
    assert time.monotonic() - started > 0.2


def test_no_statement_is_a_row_s_or_an_organisation_s_own(load):
    def statements(first, people):
        with CaptureQueriesContext(connection) as captured:
            load(*[f"55500000{n:04},A,B,{n}@example.nhs.uk,,RX{n},3" for n in range(first, first + people)])
        return len(captured)

    assert statements(1, 3) == statements(100, 300)
