"""A move from its draft to its end: who may do what to it when, and that each step is told once in the trail."""

from datetime import date

import pytest
import time_machine

from careid.errors import Refused
from careid.trail.models import Event
from moves import making
from moves.models import Move
from tests.moves import crowd
from tests.moves.crowd import OPERATOR, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisation", "_in_october")]


@pytest.fixture
def _in_october():
    with time_machine.travel(at(2026, 10, 1, 12), tick=False):
        yield


@pytest.fixture
def move(organisation, _in_october):
    return crowd.draft()


def events():
    return [(one.name, one.organisation, one.details) for one in Event.objects.order_by("sequence")]


def refused(rule, **given):
    with pytest.raises(Refused) as caught:
        rule(**given)
    return caught.value.reason


def test_a_move_begins_as_a_draft_of_whoever_made_it(move):
    kept = Move.objects.get()
    assert (kept.state, kept.stopped, kept.made_by) == ("draft", False, OPERATOR)
    assert events() == [("move.changed", "", {"move": "exchange-1", "changed": ["made"]})]


def test_two_moves_have_no_address_in_common_and_none_ends_before_it_starts(move):
    assert refused(crowd.draft, slug=move.slug) == "slug_taken"
    assert refused(crowd.draft, starts_on=date(2026, 12, 1)) == "order"
    assert Move.objects.count() == 1


def test_a_draft_may_change_in_all_and_what_runs_keeps_what_people_were_told(move):
    move.ends_on, move.slug, move.title = date(2026, 12, 1), "other", "Anew"
    assert making.change(move=move, changed=["ends_on", "slug", "title"], by=OPERATOR)
    making.start(move=move, by=OPERATOR)
    move.title, move.starts_on = "Anew again", date(2026, 9, 2)
    assert making.change(move=move, changed=["title", "starts_on"], by=OPERATOR)
    for field in ("slug", "ends_on", "service"):
        assert refused(making.change, move=move, changed=["title", field], by=OPERATOR) == "known"
    move.starts_on = date(2027, 9, 2)
    assert refused(making.change, move=move, changed=["starts_on"], by=OPERATOR) == "order"
    assert not making.change(move=move, changed=[], by=OPERATOR)
    kept = Move.objects.get()
    assert (kept.title, kept.slug, kept.starts_on) == ("Anew again", "other", date(2026, 9, 2))
    assert [one.details["changed"] for one in Event.objects.filter(name="move.changed").order_by("sequence")] == [
        ["made"],
        ["ends_on", "slug", "title"],
        ["title", "starts_on"],
    ]


def test_a_move_starts_once_and_not_after_its_last_day(move):
    assert making.start(move=move, by=OPERATOR, reason="", note="as agreed")
    assert not making.start(move=move, by=OPERATOR)
    kept = Move.objects.get()
    assert (kept.state, kept.started_at) == ("running", at(2026, 10, 1, 12))
    assert events()[1:] == [("move.started", "", {"move": move.slug, "note": "as agreed"})]
    late = crowd.draft(ends_on=date(2026, 9, 30))
    assert refused(making.start, move=late, by=OPERATOR) == "past"


def test_a_step_is_told_in_the_trail_of_each_organisation_that_has_somebody_in_it(move, organisation):
    from careid.people.models import Organisation

    for name, code in (("ama", "RX1"), ("bo", "RX2"), ("cy", "RX2")):
        crowd.join(move, name, organisation=Organisation.objects.get_or_create(code=code)[0])
    making.start(move=move, by=OPERATOR)
    assert [(name, code) for name, code, _ in events()][1:] == [("move.started", "RX1"), ("move.started", "RX2")]


def test_another_last_day_is_set_where_it_can_still_come(move):
    assert making.change_date(move=move, ends_on=date(2027, 1, 18), by=OPERATOR, note="slipped")
    assert not making.change_date(move=move, ends_on=date(2027, 1, 18), by=OPERATOR)
    assert events()[1:] == [("move.date_changed", "", {"move": move.slug, "note": "slipped"})]
    assert refused(making.change_date, move=move, ends_on=date(2026, 9, 30), by=OPERATOR) == "past"
    later = crowd.draft(starts_on=date(2026, 11, 1))
    assert refused(making.change_date, move=later, ends_on=date(2026, 10, 31), by=OPERATOR) == "order"
    making.cancel(move=move, by=OPERATOR)
    assert refused(making.change_date, move=move, ends_on=date(2027, 2, 1), by=OPERATOR) == "over"
    assert Move.objects.get(pk=move.pk).ends_on == date(2027, 1, 18)


def test_what_is_over_changes_no_more(move):
    making.start(move=move, by=OPERATOR)
    assert making.cancel(move=move, by=OPERATOR, reason="not_needed")
    assert not making.cancel(move=move, by=OPERATOR)
    assert not making.start(move=move, by=OPERATOR)
    assert refused(making.change, move=move, changed=["title"], by=OPERATOR) == "over"
    kept = Move.objects.get()
    assert (kept.state, kept.ended_at) == ("cancelled", at(2026, 10, 1, 12))


def test_a_draft_has_no_emails_to_stop(move):
    assert not making.stop(move=move, by=OPERATOR)
    assert not making.resume(move=move, by=OPERATOR)
    making.start(move=move, by=OPERATOR)
    assert making.stop(move=move, by=OPERATOR)
    assert not making.stop(move=move, by=OPERATOR)
    assert making.resume(move=move, by=OPERATOR)
    assert not making.resume(move=move, by=OPERATOR)
    assert [name for name, _, _ in events()][2:] == ["move.stopped", "move.resumed"]


def test_a_move_is_over_when_its_last_day_is_in_london(move):
    making.start(move=move, by=OPERATOR)
    with time_machine.travel(at(2026, 11, 30, 23, 59), tick=False):
        assert not making.finish(move=move)
    with time_machine.travel(at(2026, 12, 1, 0, 0), tick=False):
        assert making.finish(move=move)
        assert not making.finish(move=move)
    kept = Move.objects.get()
    assert (kept.state, kept.ended_at) == ("done", at(2026, 12, 1))
    assert events()[-1] == ("move.ended", "", {"move": move.slug})


def test_in_summer_the_day_ends_an_hour_before_that_of_utc(organisation):
    with time_machine.travel(at(2026, 6, 1, 9), tick=False):
        move = crowd.draft(starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30))
        making.start(move=move, by=OPERATOR)
    with time_machine.travel(at(2026, 7, 1, 0, 0), tick=False):  # 11pm of 30 June in UTC
        assert making.finish(move=move)
