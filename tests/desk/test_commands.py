"""The operator's commands: the desk's own functions, from a shell."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people import spreadsheets
from careid.people.models import Organisation
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record
from profiles import locks, notes
from tests import kinds
from tests.visitors import post

pytestmark = pytest.mark.django_db
ONE, OTHER = kinds.some_kind(), kinds.another_kind()
WHY = ("--reason", "leaver", "--by", "jo.smith")


@pytest.fixture
def add():
    def add(person, kind=ONE, **fields):
        serial = Authenticator.objects.count()
        return Authenticator.objects.create(
            profile=person, kind=kind, external_id=f"x{serial}", material={"key": "k"}, added_by="person", **fields
        )

    return add


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().removeprefix(spreadsheets.BOM).splitlines()


def counts(of):
    """The columns of the kinds."""
    return [str(of.get(kind, 0)) for kind in KINDS]


def states():
    return dict(Authenticator.objects.values_list("kind", "state"))


def test_revoke_ends_what_people_have_with_an_event_and_a_mail_for_each(make_person, add):
    first, second = make_person(), make_person()
    add(first), add(second, OTHER)
    assert run("revoke", first.user_id, second.user_id, *WHY, "--note", "Ticket closed")[-1] == "2 revoked"
    assert states() == {ONE: "revoked", OTHER: "revoked"}
    told = Event.objects.filter(name="authenticator.revoked")
    assert {(one.actor, one.reason, one.details["note"]) for one in told} == {
        ("command:revoke jo.smith", "leaver", "Ticket closed")
    }
    assert len(post()) == 2


def test_a_dry_run_says_what_would_be_done_and_does_nothing(person, add):
    one = add(person)
    lines = run("revoke", person.user_id, *WHY, "--dry-run")
    assert lines == [f"{person.user_id} {ONE} {one.pk}", "Dry run, nothing was changed: 1 revoked"]
    assert states() == {ONE: "active"}
    assert not Event.objects.exists()


def test_of_one_kind_alone(person, add):
    add(person), add(person, OTHER)
    run("revoke", person.user_id, *WHY, "--kind", ONE)
    assert states() == {ONE: "revoked", OTHER: "active"}


def test_people_come_from_a_file_too(person, add, tmp_path):
    add(person)
    file = tmp_path / "leavers.txt"
    file.write_text(f"\ufeff{person.user_id}\r\n\r\n{person.user_id}\n", "utf-8")
    assert run("revoke", "--file", str(file), *WHY)[-1] == "1 revoked"


@pytest.mark.parametrize("user_id", ["999999999999", "x", "\uff19" * 12, "9\x00", "\x1b[31m", "1" * 500])
def test_one_that_is_not_there_stops_all_of_it(user_id, person, add):
    add(person)
    with pytest.raises(CommandError) as stopped:
        run("revoke", person.user_id, user_id, *WHY)
    assert stopped.value.returncode == 2
    assert str(stopped.value).isascii()
    assert "\x1b" not in str(stopped.value)
    assert states() == {ONE: "active"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("revoke", *WHY),
        ("revoke", "--file", "/nowhere/leavers.txt", *WHY),
        ("revoke", "999900000001", "--reason", "leaver", "--by", "Jo Smith\n"),
        ("revoke", "999900000001", *WHY, "--note", "see jo@example.nhs.uk"),
        ("report", "--organisation", "ZZ9"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_code_2(arguments, person, add):
    add(person)
    with pytest.raises(CommandError) as stopped:
        run(*arguments)
    assert stopped.value.returncode == 2
    assert len(str(stopped.value).splitlines()) == 1
    assert states() == {ONE: "active"}


def test_unlock_says_what_was_locked_and_lifts_it(person, make_person, visitor):
    other = make_person()
    for _ in range(7):
        visitor.details(person)
    arguments = ("unlock", person.user_id, other.user_id, "--reason", "mistake", "--by", "jo")
    assert run(*arguments, "--dry-run")[-1] == "Dry run, nothing was changed: 1 person unlocked"
    assert locks.of(person)
    lines = run(*arguments)
    assert "in an hour" in lines[0]
    assert lines[1:] == [f"{other.user_id} was not locked", "1 person unlocked"]
    assert not locks.of(person)
    assert Event.objects.filter(name="limit.lifted", actor="command:unlock jo").count() == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_user_ids_come_from_a_file_as_a_spreadsheet_saves_it(encoding, make_person, add, tmp_path):
    first, second = make_person(), make_person()
    add(first), add(second)
    file = tmp_path / "leavers.csv"
    file.write_text(f'user_id,\r\n{first.user_id},\r\n,\r\n"{second.user_id}",\r\n', encoding=encoding)
    assert run("revoke", "--file", str(file), *WHY)[-1] == "2 revoked"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "is a workbook, not a CSV file: save it as text in UTF-8"),
        ("555000000001".encode("utf-16"), "is UTF-16: save it as text in UTF-8"),
        (b"5550000000\xe9", "is not UTF-8: save it as text in UTF-8"),
        (b"5.55E+11", "5.55E+11: a spreadsheet wrote it as a power of ten"),
        (b", ,\n", "Give user ids"),
        (b"", "has nothing on its first line"),
    ],
)
def test_a_file_of_user_ids_that_is_none_says_why(content, words, tmp_path):
    (tmp_path / "leavers.csv").write_bytes(content)
    with pytest.raises(CommandError, match=re.escape(words)) as refused:
        run("revoke", "--file", str(tmp_path / "leavers.csv"), *WHY)
    assert refused.value.returncode == 2


def test_report_says_who_has_what_and_no_cell_is_a_formula(make_person, add):
    ama, other = make_person(family_name="=1+1"), make_person(organisation=Organisation.objects.create(code="RX2"))
    (
        add(ama),
        add(ama),
        add(ama, OTHER, state="revoked", state_reason="lost"),
        add(other, OTHER, state="suspended", state_reason="lost"),
    )
    header, *rows = csv.reader(run("report"))
    assert header == [
        "organisation",
        "user_id",
        "given_name",
        "family_name",
        "state",
        *KINDS,
        "last_added",
        "last_signed_in",
    ]
    assert [row[:-2] for row in rows] == [
        ["RX1", ama.user_id, "Ama", "'=1+1", "open", *counts({ONE: 2})],
        ["RX2", other.user_id, "Ama", "Sample", "open", *counts({OTHER: 1})],
    ]
    assert [row[1] for row in csv.reader(run("report", "--organisation", "rx2"))][1:] == [other.user_id]


def test_the_totals_count_people_and_name_none(make_person, add):
    ama = make_person()
    make_person()
    add(ama), add(ama)
    assert run("report", "--totals") == [
        ",".join(["organisation", "open_profiles", *KINDS, "signed_in_30_days", "sign_ins_30_days", "refused_30_days"]),
        ",".join(["RX1", "2", *counts({ONE: 1}), "0", "0", "0"]),
    ]


def test_the_totals_tell_who_signed_in_and_what_came_of_the_tries_of_thirty_days(make_person, add):
    ama, long_ago = make_person(), timezone.now() - timedelta(days=31)
    one = add(ama, last_used_at=timezone.now())
    add(ama, OTHER, last_used_at=timezone.now()), add(make_person(), last_used_at=long_ago)
    for _ in range(2):
        record(EventName.SIGN_IN_SUCCEEDED, profile=ama, details={"kind": ONE})
    record(EventName.SIGN_IN_REFUSED, outcome="refused", reason="on_hold", profile=ama, details={"kind": ONE})
    Event.objects.create(name="sign_in.refused", outcome="refused", actor="person", organisation="RX1", at=long_ago)
    assert run("report", "--totals")[1].endswith(",1,2,1")
    signed_in = [row[-1] for row in csv.reader(run("report"))][1:]
    assert signed_in[0] > one.last_used_at.isoformat()[:10]
    assert signed_in[1] == long_ago.isoformat(timespec="seconds")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\uff1d", "\u00a0@"])
def test_what_would_be_a_formula_gets_an_apostrophe(start):
    assert spreadsheets.cell(f"{start}cmd") == f"'{start}cmd"
    assert spreadsheets.cell(None) == ""


@pytest.mark.parametrize(
    "text",
    [
        "mail a@b.nhs.uk",
        "PP 99 99 01 C",
        "her number: pp999901",
        "PP/99/99/01",
        "PP_99_99_01C",
        "\u0661\u0662\u0663\u0664\u0665\u0666",
        "a @ b.nhs.uk",
        "code 123 456",
        "07700 900123",
        "x" * 201,
    ],
)
def test_a_note_keeps_nothing_that_identifies(text):
    with pytest.raises(ValueError):
        notes.note(text)


def test_a_note_is_one_line():
    assert notes.note("  Seen in\nperson, room 12 ") == "Seen in person, room 12"
