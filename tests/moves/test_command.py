"""`manage.py moves`: figures as CSV, and what is due now."""

import csv
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command

from careid.people.models import Organisation
from careid.post.models import Mail
from careid.trail.models import Event
from moves import making
from moves.models import Person
from tests.moves import crowd
from tests.moves.crowd import OPERATOR, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def move(organisation):
    with time_machine.travel(at(2026, 11, 2, 12), tick=False):
        move = crowd.draft()
        other = Organisation.objects.create(code="RX2")
        crowd.join(move, "ama", call="wanted")
        crowd.join(move, "bo", organisation=other, answer="no_mfa")
        yield move


def run(*words, **options):
    out = io.StringIO()
    call_command("moves", *words, stdout=out, **options)
    return out.getvalue()


def rows(*words):
    return list(csv.DictReader(io.StringIO(run("report", *words).lstrip("\ufeff"))))


def test_the_report_has_a_row_an_organisation_and_names_nobody(move):
    assert rows() == []
    making.start(move=move, by=OPERATOR)
    first, second = rows()
    assert first == {
        "move": "exchange-1", "state": "running", "ends_on": "2026-11-30", "days_left": "28", "organisation": "RX1",
        "people": "1", "matched": "0", "invited": "0", "added": "0", "ready": "0", "no": "0", "calls": "1",
        "locked_out": "1",
    }  # fmt: skip
    assert (second["organisation"], second["no"], second["locked_out"]) == ("RX2", "1", "0")
    assert "Ama" not in run("report")


def test_a_move_may_be_named_whatever_its_state(move):
    crowd.draft()
    assert {row["state"] for row in rows("--move", move.slug)} == {"draft"}
    assert rows("--move", "exchange-2") == []
    for slug in ("other", "a\0b", "\ud800"):
        with pytest.raises(CommandError) as told:
            run("report", "--move", slug)
        assert told.value.returncode == 2
        str(told.value).encode()


def test_a_dry_run_tells_how_many_and_queues_nothing(move):
    Person.objects.update(answer="")
    making.start(move=move, by=OPERATOR)
    assert run("remind", "--dry-run").splitlines() == [
        "exchange-1: 2 people that it starts",
        "Dry run, nothing was changed: 2 emails queued",
    ]
    assert not Mail.objects.exists()
    assert run("remind").splitlines()[-1] == "2 emails queued"
    assert run("remind").splitlines() == ["Nothing is due"]
    with time_machine.travel(at(2026, 11, 16, 8), tick=False):
        assert run("remind").splitlines() == ["exchange-1: 2 people 14 days before the end", "2 emails queued"]
    runs = Event.objects.filter(name="command.run").order_by("sequence")
    assert [(one.actor, one.details["rows"], one.details["dry_run"]) for one in runs] == [
        ("command:moves", 2, True),
        ("command:moves", 2, False),
        ("command:moves", 0, False),
        ("command:moves", 2, False),
    ]
