"""What the operator asks of an import, and is told."""

import io

from django.core.management.base import OutputWrapper

from authenticators.registry import KINDS
from careid.people.models import Organisation, Profile
from careid.post.models import Mail
from profiles.management.commands import import_profiles
from tests.profiles.files import AMA, BEN, CLEO, events, everything


def test_an_organisation_that_is_not_known_is_created_and_takes_part_in_everything(load):
    load(AMA, BEN, CLEO)
    assert set(Organisation.objects.values_list("code", "takes_part", "name")) == {("RX1", True, ""), ("RX2", True, "")}
    assert all(kind.is_offered(one) for kind in KINDS.values() for one in Profile.objects.all())


def test_a_row_that_fails_creates_no_organisation(load):
    load(AMA, CLEO.replace("555000000003", "x"))
    assert list(Organisation.objects.values_list("code", flat=True)) == ["RX1"]


def test_a_dry_run_finds_everything_and_changes_nothing(load):
    load(AMA)
    before = everything()
    words, (failed,) = load(AMA.replace("Sample", "Other"), BEN, BEN, dry_run=True)
    assert words == "Dry run, nothing was changed: 1 created, 1 changed, 0 unchanged, 1 failed"
    assert failed["reason"] == "user_id stands on line 3 already"
    assert everything() == before
    assert len(events()) == 1
    assert events("command.run")[-1].details["dry_run"] is True


def test_a_dry_run_shows_what_would_change_a_sort_at_a_time_with_lines_and_no_number(ask):
    ask(AMA, BEN, new_organisations=True)
    code, said, _ = ask(
        AMA.replace("ama@", "married@").replace("01 A", "09 A"),
        CLEO,
        BEN,
        CLEO,
        *[f"5{n}" for n in range(6)],
        dry_run=True,
    )
    assert said.splitlines() == [
        "Dry run, nothing was changed: 0 created, 1 changed, 1 unchanged, 8 failed",
        "1 another email address, told by email",
        "    line 2: 555000000001",
        "1 another National Insurance number, told by email",
        "    line 2: 555000000001",
        "1 unchanged",
        "    line 4: 555000000002",
        "8 failed",
        "    line 3: organisation_code is of no organisation here: make it at the desk, or with --new-organisations",
        "    line 5: user_id stands on line 3 already",
        *[f"    line {n}: the line has 1 cells and the header 7" for n in (6, 7, 8)],
        "    and 3 more",
    ]
    assert code == 1
    assert not Mail.objects.exists()


def test_an_organisation_that_nobody_made_fails_its_row_and_what_needed_that_row(ask, tmp_path):
    ask(AMA, new_organisations=True)
    code, said, err = ask(
        AMA.replace("ama@", "new@").replace("rx1", "NOPE"), BEN.replace("ben@", "ama@"), CLEO.replace("RX2", "RX1")
    )
    assert code == 1
    assert said == "1 created, 0 changed, 0 unchanged, 2 failed\n"
    assert "people.failed.csv" in err
    assert [row.split(",")[0] for row in (tmp_path / "people.failed.csv").read_text("utf-8-sig").splitlines()] == [
        "line",
        "2",
        "3",
    ]
    assert list(Organisation.objects.values_list("code", flat=True)) == ["RX1"]


def test_organisations_that_are_made_are_counted_named_and_in_the_trail(ask):
    code, said, _ = ask(AMA, CLEO, new_organisations=True)
    assert code == 0
    assert said.splitlines()[1] == "2 new organisations, to take part in every kind: RX1, RX2"
    made = events("organisation.changed")
    assert [(one.organisation, one.actor) for one in made] == [
        (code, "command:import_profiles") for code in ("RX1", "RX2")
    ]


def test_no_file_of_failed_rows_is_left_where_none_failed(ask, tmp_path):
    for options in ({"dry_run": True}, {}):
        ask("nonsense")
        assert (tmp_path / "people.failed.csv").exists()
        assert ask(AMA, new_organisations=True, **options)[0] == 0
        assert not (tmp_path / "people.failed.csv").exists()


def test_a_short_file_has_no_lines_of_progress(ask):
    assert ask(AMA, BEN, new_organisations=True)[2] == ""


def test_progress_is_a_bar_on_a_terminal_and_a_line_now_and_then_elsewhere():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    lines, bar = io.StringIO(), Terminal()
    for out in (lines, bar):
        show = import_profiles._progress(OutputWrapper(out), every=0)
        for done in (0, 5, 10):
            show("Reading", done, 10)
    assert lines.getvalue().splitlines() == ["Reading 0 %", "Reading 50 %", "Reading 100 %"]
    assert bar.getvalue().endswith(f"\rReading   [{'#' * 30}] 100 %\n")
