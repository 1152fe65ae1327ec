"""The figures of a move by organisation, and who will be locked out at its end."""

from dataclasses import astuple
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from careid.people.models import Organisation, Profile
from moves import making, matching, progress, stages
from moves.models import Person
from tests.moves import crowd
from tests.moves.crowd import at

pytestmark = pytest.mark.django_db
NAMES = ("bare", "ready", "held", "off", "closed", "reported", "new", "no", "card", "unsaid", "keeps", "call")


@pytest.fixture
def move(organisation, make_person):
    """One with somebody of each kind, on 2 November; its last day is the 30th."""
    with time_machine.travel(at(2026, 11, 2, 12), tick=False):
        move = crowd.draft()
        theirs = {name: make_person(email=f"{name}@example.nhs.uk") for name in NAMES[:6]}
        for name in ("ready", "held", "off", "closed", "reported"):
            crowd.add(theirs[name])
        theirs["held"].authenticators.update(usable_from=timezone.now() + timedelta(hours=24))
        theirs["off"].authenticators.update(state="suspended", state_reason="lost")
        for name in NAMES:
            crowd.join(move, name)
        Person.objects.filter(given_name__in=("Card", "Unsaid")).update(way="smartcard")
        Person.objects.filter(given_name__in=("Card", "Keeps")).update(answer="keep_smartcard")
        Person.objects.filter(given_name="No").update(answer="no_mfa")
        Person.objects.filter(given_name="Call").update(answer="wants_call", call="wanted")
        matching.match(move)
        matching.invite(move)
        Profile.objects.filter(pk=theirs["closed"].pk).update(state="closed", closed_reason="leaver")
        Profile.objects.filter(pk=theirs["reported"].pk).update(reported_at=timezone.now())
        yield move


def names(rows):
    return sorted(one.given_name.lower() for one in rows)


def test_each_figure_counts_whom_it_says(move):
    [figures] = progress.of(move)
    assert (figures.code, figures.name) == ("RX1", "Riverside Community Trust")
    assert {name: getattr(figures, name) for name in progress.COUNTS} == {
        "people": 12,
        "matched": 5,  # not the closed one
        "invited": 6,
        "added": 4,  # nor theirs
        "ready": 2,  # the one who is, and the smartcard that stays
        "no": 1,
        "calls": 1,
        "locked_out": 8,
    }


def test_locked_out_is_who_can_not_sign_in_after_the_last_day_and_did_not_say_no(move):
    assert names(progress.people(move).filter(stages.locked_out(move))) == sorted(
        {*NAMES} - {"ready", "held", "no", "card"}
    )
    assert names(progress.people(move).filter(progress.ready())) == ["card", "ready"]


def test_who_is_ready_and_answered_no_counts_as_a_no_alone(move):
    Person.objects.filter(given_name="Ready").update(answer="no_longer_access")
    [figures] = progress.of(move)
    assert (figures.ready, figures.no, figures.percent_ready) == (1, 2, 10)


def test_a_hold_that_lasts_past_the_end_locks_out(move):
    making.change_date(move=move, ends_on=date(2026, 11, 2), by=crowd.OPERATOR)
    assert "held" in names(progress.people(move).filter(stages.locked_out(move)))


def test_figures_are_by_organisation_and_of_those_that_are_asked_for(move):
    second = Organisation.objects.create(code="RX0", name="Second")
    Person.objects.filter(given_name__in=("Ready", "No")).update(organisation=second)
    first, other = progress.of(move)
    assert [(one.code, one.people, one.ready, one.percent_ready) for one in (first, other)] == [
        ("RX0", 2, 1, 100),
        ("RX1", 10, 1, 10),
    ]
    assert progress.of(move, [second.pk]) == [first]
    assert progress.of(move, []) == []
    assert names(progress.people(move, [second.pk])) == ["no", "ready"]
    assert astuple(progress.total([first, other]))[2:] == (12, 5, 6, 4, 2, 1, 1, 8)
    assert progress.total([]).percent_ready == 100


def test_figures_take_one_statement(move):
    with CaptureQueriesContext(connection) as asked:
        progress.of(move)
    assert len(asked) == 1
