"""People from a file: what becomes of each row, and of everything when something is wrong."""

import io
import resource
import stat
import threading
import time
import unicodedata

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from authenticators.registry import KINDS
from careid.errors import Refused
from careid.people.models import Organisation, Profile
from careid.storing import crypto
from careid.trail.models import Event
from profiles.importing import by_sets, people_file
from tests.environment import key
from tests.profiles.files import AMA, BEN, CLEO, HEADER, events, profile


@pytest.fixture
def somebody_else(transactional_db):
    """Another connection to the same database, whose work is committed at once."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}, autocommit=True) as other:
        yield other


def everything():
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, p.* FROM careid_profile p ORDER BY id")
        return cursor.fetchall()


def test_a_row_becomes_a_profile(load):
    words, failed = load(AMA)
    ama = profile(AMA)
    assert words == "1 created, 0 changed, 0 unchanged, 0 failed"
    assert not failed
    assert (ama.given_name, ama.family_name, ama.email) == ("Ama", "Sample", "ama@example.nhs.uk")
    assert ama.nino_fingerprint == crypto.fingerprint("PP000001A")
    assert (ama.identity_level, ama.state, ama.source, len(ama.user_handle)) == (3, "open", "import", 32)
    assert (ama.previous_email, ama.email_changed_at, ama.nino_changed_at) == (None, None, None)


def test_an_organisation_that_is_not_known_is_created_and_takes_part_in_everything(load):
    load(AMA, BEN, CLEO)
    assert set(Organisation.objects.values_list("code", "takes_part", "name")) == {("RX1", True, ""), ("RX2", True, "")}
    assert all(kind.is_offered(one) for kind in KINDS.values() for one in Profile.objects.all())


def test_a_row_that_fails_creates_no_organisation(load):
    load(AMA, CLEO.replace("555000000003", "x"))
    assert list(Organisation.objects.values_list("code", flat=True)) == ["RX1"]


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


def test_columns_stand_in_any_order_and_a_byte_order_mark_is_fine(load):
    names = ",".join(reversed(people_file.COLUMNS))
    words, _ = load(",".join(reversed(AMA.split(","))), header=names, encoding="utf-8-sig")
    assert words.startswith("1 created")
    assert profile(AMA).given_name == "Ama"


@pytest.mark.parametrize(
    ("column", "typed", "reason"),
    [
        ("user_id", "12345", "user_id is not 12 digits"),
        ("user_id", "5.55E+11", "user_id is not 12 digits"),
        ("user_id", "\u0665" * 12, "user_id is not 12 digits"),
        ("given_name", "", "given_name is not 1 to 100 characters"),
        ("family_name", "x" * 101, "family_name is not 1 to 100 characters"),
        ("given_name", "A\0ma", "the line has a control character"),
        ("given_name", "Am\udce9", "the line is not UTF-8"),
        ("given_name", '"Ama', "a quotation mark is not closed, or stands in the wrong place"),
        ("given_name", "Ama,Maria", "the line has 8 cells and the header 7"),
        ("given_name", "x" * 9_000, "the line is too long"),
        ("email", "not an address", "email is not an email address"),
        ("national_insurance_number", "QQ123456C", "national_insurance_number is not a National Insurance number"),
        ("organisation_code", "R", "organisation_code is not 2 to 12 letters and digits"),
        ("organisation_code", "\u017f" * 3, "organisation_code is not 2 to 12 letters and digits"),
        ("identity_level", "4", "identity_level is not 0, 1, 2 or 3"),
        ("identity_level", "", "identity_level is not 0, 1, 2 or 3"),
    ],
)
def test_a_bad_cell_is_named_and_not_repeated(column, typed, reason):
    cells = dict(zip(people_file.COLUMNS, AMA.split(","), strict=True)) | {column: typed}
    with pytest.raises(people_file.BadRow, match=f"^{reason}$"):
        people_file.person(",".join(cells.values()), list(people_file.COLUMNS))


def test_bad_rows_fail_alone_in_the_order_of_the_file(load):
    bad = [AMA.replace("PP 00", "Q\0 00"), AMA.replace("Ama", "Am\udce9"), AMA.replace("Ama", '"Ama')]
    words, failed = load(bad[0], BEN, *bad[1:], CLEO)
    assert words == "2 created, 0 changed, 0 unchanged, 3 failed"
    assert [row["reason"].split()[-1] for row in failed] == ["character", "UTF-8", "place"]
    assert [row["national_insurance_number"] for row in failed[:2]] == ["Q\0 00 00 01 A", "PP 00 00 01 A"]
    assert profile(BEN).given_name == "Ben"


def test_a_long_line_costs_no_other_row_and_shifts_no_number(load):
    words, failed = load("x" * 7_999 + AMA, AMA, AMA)
    assert words == "1 created, 0 changed, 0 unchanged, 2 failed"
    assert failed[1]["reason"] == "user_id stands on line 3 already"


@given(cells=st.tuples(*[st.sampled_from(AMA.split(",")) | st.text(st.characters(codec=None), max_size=12)] * 7))
def test_any_cells_are_a_person_that_fits_the_table_or_a_bad_row(cells):
    try:
        person = people_file.person(",".join(cells), list(people_file.COLUMNS))
    except people_file.BadRow:
        return
    names = person.given_name + person.family_name
    names.encode()
    assert person.user_id.isascii()
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in names)
    assert all((person.given_name, person.family_name, person.email != ""))


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


def test_the_failed_rows_are_as_they_were_for_their_owner_alone(load, tmp_path):
    line = '=1+1,"-Ama, 2nd",@x,+y,PP000001A,\tRX1,Am\udce9'
    _, (failed,) = load(line, "", BEN)
    assert failed.pop("reason") == "the line is not UTF-8"
    assert list(failed.values()) == ["'=1+1", "'-Ama, 2nd", "'@x", "'+y", "PP000001A", "'\tRX1", "Am\udce9"]
    assert stat.S_IMODE((tmp_path / "people.failed.csv").stat().st_mode) == 0o600


def test_the_failed_rows_can_be_mended_and_imported(load, tmp_path):
    load("555000000001,-Ama,Sample,ama@example,PP000001A,RX1,3")
    header, row = (tmp_path / "people.failed.csv").read_text().splitlines()
    _, (still,) = load(row, header=header)
    assert still["reason"] == "email is not an email address"
    header, row = (tmp_path / "people.failed.csv").read_text().replace("ama@example", "ama@example.nhs.uk").splitlines()
    words, _ = load(row, header=header)
    assert words.startswith("1 created")
    assert profile(AMA).given_name == "-Ama"


def test_a_dry_run_finds_everything_and_changes_nothing(load):
    load(AMA)
    before = everything()
    words, (failed,) = load(AMA.replace("Sample", "Other"), BEN, BEN, dry_run=True)
    assert words == "Dry run, nothing was changed: 1 created, 1 changed, 0 unchanged, 1 failed"
    assert failed["reason"] == "user_id stands on line 3 already"
    assert everything() == before
    assert len(events()) == 1
    assert events("command.run")[-1].details["dry_run"] is True


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (HEADER.replace(",email", ""), "no column email"),
        (f"{HEADER},shoe_size", "'shoe_size'"),
        (f"{HEADER},email", "'email'"),
        ("", "no column user_id"),
        (HEADER.encode("utf-16").decode("utf-8", "surrogateescape"), "no column user_id"),
    ],
)
def test_a_file_with_other_columns_is_refused_in_one_line(load, header, named):
    with pytest.raises(CommandError, match=named) as refusal:
        load(AMA, header=header)
    assert refusal.value.returncode == 2
    assert "\n" not in str(refusal.value)
    assert not Profile.objects.exists()
    assert not Event.objects.exists()


def test_a_path_that_is_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "nothing.csv", "/dev/null"):
        with pytest.raises(CommandError, match="is not a file") as refusal:
            call_command("import_profiles", str(path))
        assert refusal.value.returncode == 2


@pytest.mark.parametrize("failed", ["people.csv", "link.csv", ".", "nowhere/failed.csv", "/dev/null"])
def test_a_failed_file_that_cannot_be_written_is_refused_before_anything(load, tmp_path, failed):
    (tmp_path / "link.csv").symlink_to(tmp_path / "target.csv")
    with pytest.raises(CommandError, match="--failed") as refusal:
        load(AMA, failed=tmp_path / failed)
    assert refusal.value.returncode == 2
    assert not Profile.objects.exists()
    assert AMA in (tmp_path / "people.csv").read_text()


def test_a_full_disk_leaves_nothing_changed(load):
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, most[1]))
    try:
        with pytest.raises(CommandError, match="can't be written: File too large"):
            load(AMA, *["bad"] * 150)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert not Profile.objects.exists()


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
        by_sets.run(path=tmp_path / "again.csv", failed=tmp_path / "failed.csv", dry_run=False, progress=once_compared)
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


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(tmp_path, transactional_db):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    file = tmp_path / "people.csv"
    file.write_text(f"{HEADER}\n{AMA}\n")
    lines, bar = io.StringIO(), Terminal()
    for stderr in (lines, bar):
        call_command("import_profiles", str(file), stdout=io.StringIO(), stderr=stderr)
    assert [line for line in lines.getvalue().splitlines() if "Comparing" in line] == [
        f"Comparing {share} %" for share in (0, 25, 50, 75, 100)
    ]
    assert bar.getvalue().endswith(f"\rWriting   [{'#' * 30}] 100 %\n")
