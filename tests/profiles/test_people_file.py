"""The file that people are imported from, as spreadsheets and people make it."""

import codecs
import re
import resource
import stat
import unicodedata

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from careid.people.cells import BadRow
from careid.people.models import Profile
from careid.people.spreadsheets import WAY_OUT
from careid.trail.models import Event
from profiles.importing import people_file
from tests.profiles.files import AMA, BEN, CLEO, HEADER, profile

AGAIN = "format that column as text and fill it in anew"
SPOILT = f"spoilt by another encoding (Ã¢ for â); open the first file again and {WAY_OUT}"


def test_columns_stand_in_any_order_and_a_byte_order_mark_is_fine(load):
    names = ",".join(reversed(people_file.COLUMNS))
    words, _ = load(",".join(reversed(AMA.split(","))), header=names, encoding="utf-8-sig")
    assert words.startswith("1 created")
    assert profile(AMA).given_name == "Ama"


@pytest.mark.parametrize(
    ("column", "typed", "reason"),
    [
        ("user_id", "1234-5678-9012-3", "user_id is not 12 digits"),
        (
            "user_id",
            "55500000001",
            f"user_id is not 12 digits: a spreadsheet drops zeros from the start of a number; {AGAIN}",
        ),
        ("user_id", "5.55E+11", f"user_id is not 12 digits: a spreadsheet wrote it as a power of ten; {AGAIN}"),
        ("user_id", "=555000000001", f"user_id is not 12 digits: a spreadsheet's formula stands there; {AGAIN}"),
        ("user_id", '"=""555000000001"""', f"user_id is not 12 digits: a spreadsheet's formula stands there; {AGAIN}"),
        ("user_id", "\u0665" * 12, "user_id is not 12 digits"),
        ("given_name", "", "given_name is not 1 to 100 characters"),
        ("family_name", "x" * 101, "family_name is not 1 to 100 characters"),
        ("given_name", "A\0ma", "the line has a control character"),
        ("given_name", "Am\udce9", f"the line is not UTF-8; open the file again and {WAY_OUT}"),
        ("given_name", "SiÃ¢n", f"given_name is {SPOILT}"),
        ("family_name", "LlÅ·r", f"family_name is {SPOILT}"),
        ("family_name", "O\u00e2\u20ac\u2122Brien", f"family_name is {SPOILT}"),
        ("family_name", "O\ufffdBrien", f"family_name is {SPOILT}"),
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
    with pytest.raises(BadRow, match=f"^{re.escape(reason)}$"):
        people_file.person(",".join(cells.values()), list(people_file.COLUMNS))


@pytest.mark.parametrize("name", ["Siân", "D\u2019Árcy", "Łukasz", "RENÉ\u2019S", "Zoë", "Ŷ", "Ανδρέας", "Â"])
def test_a_name_that_is_as_it_should_be_is_no_spoilt_one(name):
    line = AMA.replace("Ama", name)
    assert people_file.person(line, list(people_file.COLUMNS)).given_name == name


def test_rows_that_a_spreadsheet_left_empty_are_no_rows(load):
    assert load(AMA, ",,,,,,", ' , ,"","",,\t,\xa0', "") == ("1 created, 0 changed, 0 unchanged, 0 failed", [])


def test_bad_rows_fail_alone_in_the_order_of_the_file(load):
    bad = [AMA.replace("PP 00", "Q\0 00"), AMA.replace("Ama", "Am\udce9"), AMA.replace("Ama", '"Ama')]
    words, failed = load(bad[0], BEN, *bad[1:], CLEO)
    assert words == "2 created, 0 changed, 0 unchanged, 3 failed"
    assert [row["reason"].split(";")[0].split()[-1] for row in failed] == ["character", "UTF-8", "place"]
    assert [row["line"] for row in failed] == ["2", "4", "5"]
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
    except BadRow:
        return
    names = person.given_name + person.family_name
    names.encode()
    assert person.user_id.isascii()
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in names)
    assert all((person.given_name, person.family_name, person.email != ""))


def test_the_failed_rows_are_as_they_were_for_their_owner_alone(load, tmp_path):
    line = '=1+1,"-Ama, 2nd",@x,+y,PP000001A,\tRX1,Am\udce9'
    _, (failed,) = load(line, "", BEN)
    assert failed.pop("line") == "2"
    assert failed.pop("reason").startswith("the line is not UTF-8")
    assert list(failed.values()) == ["'=1+1", "'-Ama, 2nd", "'@x", "'+y", "PP000001A", "'\tRX1", "Am\udce9"]
    assert (tmp_path / "people.failed.csv").read_bytes().startswith(codecs.BOM_UTF8)
    assert stat.S_IMODE((tmp_path / "people.failed.csv").stat().st_mode) == 0o600


def test_the_failed_rows_can_be_mended_and_imported(load, tmp_path):
    load("555000000001,-Ama,Sample,ama@example,PP000001A,RX1,3")
    header, row = (tmp_path / "people.failed.csv").read_text("utf-8-sig").splitlines()
    _, (still,) = load(row, header=header)
    assert still["reason"] == "email is not an email address"
    header, row = (
        (tmp_path / "people.failed.csv")
        .read_text("utf-8-sig")
        .replace("ama@example", "ama@example.nhs.uk")
        .splitlines()
    )
    words, _ = load(row, header=header)
    assert words.startswith("1 created")
    assert profile(AMA).given_name == "-Ama"


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (HEADER.replace(",email", ""), "has no column email; its first line must name user_id"),
        (f"{HEADER},shoe_size", "'shoe_size': remove it"),
        (f"{HEADER},email", "the column 'email' twice"),
        (HEADER.replace("user_id", "User_ID"), "names a column 'User_ID': write user_id"),
        (HEADER.replace("given_name", " Given name"), "names a column 'Given name': write given_name"),
        (HEADER.replace(",", ";"), f"has its columns separated by semicolons: {WAY_OUT}"),
        (HEADER.replace(",", ";").upper(), f"has its columns separated by semicolons: {WAY_OUT}"),
        (HEADER.replace(",", "\t"), f"has its columns separated by tabs: {WAY_OUT}"),
        ("", f"has nothing on its first line: {WAY_OUT}"),
        (f"sep=,\n{HEADER}", "begins with a line for a spreadsheet alone"),
        (HEADER.encode("utf-16").decode("utf-8", "surrogateescape"), f"is UTF-16: {WAY_OUT}"),
        (HEADER.encode("utf-16-le").decode("utf-8", "surrogateescape"), f"is UTF-16: {WAY_OUT}"),
        (f"{HEADER},pr\udce9nom", f"is not UTF-8: {WAY_OUT}"),
        ("PK\x03\x04\x14\0\x06\0", f"is a workbook, not a CSV file: {WAY_OUT}"),
    ],
)
def test_a_file_with_other_columns_is_refused_in_one_line(load, header, named):
    with pytest.raises(CommandError, match=re.escape(named)) as refusal:
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
