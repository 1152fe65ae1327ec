"""Roles from a file: who is in it has exactly its roles afterwards, and a row that fails leaves its person as before."""

import csv
import io
import time

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from careid.people.models import Profile
from careid.people.roles import Role
from careid.trail.models import Event
from provider import role_file, role_sql
from tests.marks import TEXTS, quickly
from tests.provider.test_roles import NURSE

HEADER = ",".join(role_file.COLUMNS)
QUOTED = NURSE.replace('"', '""')
NURSING = f'555000000001,111,RX1,S0010:G0020:R8001,"{QUOTED}",B0016;B0020,Amend;View,,,,'
CLERK = "555000000002,111,RX1,R8010,Clerk,,,W1,Ward 5,A1,North"


@pytest.fixture
def ama(make_person):
    return make_person()


@pytest.fixture
def ben(make_person):
    return make_person()


@pytest.fixture
def ask(tmp_path, transactional_db):
    """Imports these lines from `roles.csv` and gives the exit code, what was said, and the failed rows."""

    def run(*lines, header=HEADER, **options):
        (tmp_path / "roles.csv").write_bytes("\n".join([header, *lines, ""]).encode("utf-8", "surrogateescape"))
        out, err, code = io.StringIO(), io.StringIO(), 0
        try:
            call_command("import_roles", str(tmp_path / "roles.csv"), stdout=out, stderr=err, **options)
        except SystemExit as stopped:
            code = stopped.code
        failed = tmp_path / "roles.failed.csv"
        rows = list(csv.DictReader(io.StringIO(failed.read_text("utf-8-sig")))) if failed.exists() else []
        return code, out.getvalue(), rows

    return run


def line(person, rest, **changed):
    cells = dict(zip(role_file.COLUMNS, next(csv.reader([f"{person.user_id},{rest}"])), strict=True)) | changed
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells.values())
    return written.getvalue()


def held(person):
    return list(Role.objects.filter(profile=person).order_by("person_roleid").values_list("person_roleid", flat=True))


def reasons(rows):
    return [(int(one["line"]), one["reason"]) for one in rows]


def test_a_row_becomes_a_role_as_the_file_has_it(ask, ama):
    code, said, _ = ask(line(ama, NURSING), line(ama, CLERK))
    assert (code, said) == (0, "2 created, 0 changed, 0 unchanged, 0 removed, 0 failed\n")
    nurse, clerk = Role.objects.order_by("person_roleid")
    assert (nurse.profile, nurse.person_roleid, nurse.person_orgid) == (ama, "555000000001", "111")
    assert (nurse.org_code, nurse.role_code, nurse.role_name) == ("RX1", "S0010:G0020:R8001", NURSE)
    assert (nurse.activity_codes, nurse.activities, nurse.workgroups) == (["B0016", "B0020"], ["Amend", "View"], [])
    assert (clerk.workgroups_codes, clerk.workgroups, clerk.aow_codes, clerk.aow) == (
        ["W1"],
        ["Ward 5"],
        ["A1"],
        ["North"],
    )


def test_who_is_in_the_file_has_exactly_its_roles_and_who_is_not_keeps_theirs(ask, ama, ben):
    ask(line(ama, NURSING), line(ben, CLERK))
    code, said, _ = ask(line(ama, NURSING, person_roleid="555000000003"))
    assert (code, said) == (0, "1 created, 0 changed, 0 unchanged, 1 removed, 0 failed\n")
    assert (held(ama), held(ben)) == (["555000000003"], ["555000000002"])


def test_the_same_file_again_writes_nothing_and_what_differs_is_changed(ask, ama):
    both = line(ama, NURSING), line(ama, CLERK)
    ask(*both)
    before = list(Role.objects.order_by("pk").values_list("pk", flat=True))
    assert ask(*both)[1].startswith("0 created, 0 changed, 2 unchanged, 0 removed")
    changed = line(ama, CLERK, workgroups="Ward 6;Ward 7")
    assert ask(both[0], changed)[1].startswith("0 created, 1 changed, 1 unchanged, 0 removed")
    assert Role.objects.get(person_roleid="555000000002").workgroups == ["Ward 6", "Ward 7"]
    assert list(Role.objects.order_by("pk").values_list("pk", flat=True)) == before


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("person_roleid", "", "person_roleid is not 1 to 40 digits"),
        ("person_roleid", "5.55E+11", "person_roleid is not 1 to 40 digits: a spreadsheet wrote it as a power of ten"),
        ("person_roleid", "9" * 41, "person_roleid is not 1 to 40 digits"),
        ("person_orgid", "x", "person_orgid is not 1 to 40 digits"),
        ("org_code", "R X", "org_code is not 2 to 12 letters and digits"),
        ("role_code", "nurse", "role_code is not a code like S0010:G0020:R8000"),
        ("role_code", "S0010:R8000", "role_code is not a code like S0010:G0020:R8000"),
        ("role_name", "", "role_name is not 1 to 200 characters"),
        ("role_name", "x" * 201, "role_name is not 1 to 200 characters"),
        ("activity_codes", "B0016;<b>", "activity_codes is a list in which a code is not"),
        ("activities", f"Amend;{'x' * 201}", "activities is not 1 to 200 characters"),
        ("activities", ";".join("x" * 201), "activities is a list of more than 200"),
        ("aow", "CafÃ©", "aow is spoilt by another encoding"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_by_its_column(ask, ama, column, cell, reason):
    code, said, rows = ask(line(ama, NURSING, **{column: cell}))
    [(number, told)] = reasons(rows)
    assert (code, number) == (1, 2)
    assert told.startswith(reason)
    assert f"    line 2: {reason}" in said
    assert not Role.objects.exists()


def test_a_row_that_fails_leaves_its_person_with_what_they_had_and_others_with_theirs(ask, ama, ben):
    ask(line(ama, NURSING))
    code, said, rows = ask(
        line(ama, NURSING, person_roleid="555000000007"), line(ama, CLERK, org_code="?"), line(ben, CLERK)
    )
    assert code == 1
    assert said.startswith("1 created, 0 changed, 0 unchanged, 0 removed, 2 failed\n")
    assert reasons(rows) == [
        (2, "line 3 of the same person fails"),
        (3, "org_code is not 2 to 12 letters and digits"),
    ]
    assert (held(ama), held(ben)) == (["555000000001"], ["555000000002"])


def test_the_file_of_failed_rows_has_all_of_a_person_so_that_mended_it_can_be_imported(ask, ama, tmp_path):
    _, _, rows = ask(line(ama, NURSING), line(ama, CLERK, org_code="?"))
    assert [one["person_roleid"] for one in rows] == ["555000000001", "555000000002"]
    mended = (tmp_path / "roles.failed.csv").read_text("utf-8-sig").replace("?", "RX2").splitlines()
    assert ask(*mended[1:], header=mended[0])[0] == 0
    assert held(ama) == ["555000000001", "555000000002"]
    assert not (tmp_path / "roles.failed.csv").exists()


def test_a_user_id_of_nobody_fails_its_own_rows(ask, ama):
    stranger = Profile(user_id="999999999999")
    code, _, rows = ask(line(stranger, CLERK), line(ama, NURSING), "5,x")
    assert code == 1
    assert reasons(rows) == [(2, "user_id is of nobody here"), (4, "the line has 2 cells and the header 12")]
    assert held(ama) == ["555000000001"]


def test_a_role_id_stands_once_in_a_file(ask, ama, ben):
    _, _, rows = ask(line(ama, NURSING), line(ben, NURSING), line(ben, CLERK))
    assert reasons(rows) == [
        (3, "person_roleid stands on line 2 already"),
        (4, "line 3 of the same person fails"),
    ]
    assert (held(ama), held(ben)) == (["555000000001"], [])


def test_a_role_of_another_person_is_not_taken_from_them_by_a_file_that_does_not_name_them(ask, ama, ben):
    ask(line(ama, NURSING))
    _, _, rows = ask(line(ben, NURSING), line(ben, CLERK))
    assert reasons(rows) == [(2, "person_roleid is another person's"), (3, "line 2 of the same person fails")]
    assert (held(ama), held(ben)) == (["555000000001"], [])


def test_a_file_may_move_a_role_and_swap_two(ask, ama, ben):
    ask(line(ama, NURSING), line(ben, CLERK))
    assert ask(line(ama, CLERK), line(ben, NURSING))[1].startswith("0 created, 2 changed, 0 unchanged, 0 removed")
    assert (held(ama), held(ben)) == (["555000000002"], ["555000000001"])


def test_who_fails_keeps_a_role_that_another_was_to_get_and_so_on(ask, make_person):
    first, second, third = make_person(), make_person(), make_person()
    ask(line(first, NURSING, person_roleid="1"), line(second, NURSING, person_roleid="2"))
    code, _, rows = ask(
        line(third, NURSING, person_roleid="2"),
        line(second, NURSING, person_roleid="1"),
        line(first, NURSING, person_roleid="3", org_code="?"),
    )
    assert code == 1
    assert [told for _, told in reasons(rows)][:2] == ["person_roleid is another person's"] * 2
    assert (held(first), held(second), held(third)) == (["1"], ["2"], [])


def test_nobody_has_more_roles_than_a_page_can_hold(ask, ama):
    many = [line(ama, NURSING, person_roleid=str(number)) for number in range(role_sql.MOST + 1)]
    code, said, rows = ask(*many)
    assert (code, len(rows)) == (1, role_sql.MOST + 1)
    assert said.endswith(f"    and {role_sql.MOST - 4} more\n")
    assert ask(*many[1:])[0] == 0


def test_a_dry_run_finds_everything_and_changes_nothing(ask, ama, ben):
    ask(line(ama, NURSING))
    code, said, _ = ask(line(ama, CLERK), line(ben, NURSING, person_roleid="x"), dry_run=True)
    assert code == 1
    assert said.startswith("Dry run, nothing was changed: 1 created, 0 changed, 0 unchanged, 1 removed, 1 failed\n")
    assert held(ama) == ["555000000001"]


def test_each_run_leaves_one_event_with_counts_alone(ask, ama):
    ask(line(ama, NURSING), "nonsense")
    ask(line(ama, NURSING), dry_run=True)
    real, dry = Event.objects.filter(name="command.run").order_by("sequence")
    assert (real.actor, real.details) == (
        "command:import_roles",
        {"command": "import_roles", "rows": 2, "failed": 1, "dry_run": False},
    )
    assert dry.details["dry_run"] is True


def test_a_file_that_is_none_ends_with_two_and_nothing_changed(ask, ama):
    for header in ("user_id,role", HEADER.replace("aow", "zone"), "PK\x03\x04"):
        with pytest.raises(CommandError) as told:
            ask(line(ama, NURSING), header=header)
        assert told.value.returncode == 2
    assert not Role.objects.exists()


def test_one_import_at_a_time(ask, ama):
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute(role_sql.ALONE)
        with pytest.raises(CommandError, match="Another import of roles is running"):
            ask(line(ama, NURSING))


def test_two_thousand_rows_take_moments(ask, organisation):
    people = Profile.objects.bulk_create(
        Profile(user_id=f"7{number:011}", given_name="Ama", family_name="Sample", organisation=organisation)
        for number in range(400)
    )
    rows = [line(one, NURSING, person_roleid=f"{one.user_id[1:]}{number}") for one in people for number in range(5)]
    began = time.process_time()
    assert ask(*rows)[0] == 0
    assert ask(*rows)[1].startswith("0 created, 0 changed, 2000 unchanged")
    assert time.process_time() - began < 1


def test_no_cell_takes_long(ask, ama):
    cells = [line(ama, NURSING, **{column: text[:7_000]}) for column in role_file.COLUMNS for text in TEXTS.values()]
    with quickly():
        assert ask(*cells, *TEXTS.values())[0] == 1
    assert not Role.objects.exists()
