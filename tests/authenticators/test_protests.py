"""A report that comes after one was closed as no harm: the mail of the closing has a link too, and may be what it is about."""

import pytest

from authenticators import reports
from careid.errors import Refused
from careid.post import not_me
from careid.trail import actors

pytestmark = pytest.mark.django_db


def press(person):
    return reports.report(token=not_me.link(person, address=person.email).split("/")[-2])


def close(report, by, outcome):
    return reports.close(report=report, by=by, outcome=outcome)


@pytest.mark.parametrize("outcome", ["the_person", "mistake"])
def test_who_closed_one_as_no_harm_does_not_judge_the_next_one(outcome, person):
    assert close(press(person), "admin:1", outcome)
    again = press(person)
    with pytest.raises(Refused, match="own_change"):
        close(again, "admin:1", "the_person")
    assert close(again, "admin:2", "the_person")
    assert close(press(person), actors.command("close_report"), "the_person")


@pytest.mark.parametrize("outcome", ["misuse", "unclear"])
def test_who_closed_one_as_anything_else_may_close_the_next_one(outcome, person):
    assert close(press(person), "admin:1", outcome)
    assert close(press(person), "admin:1", "the_person")


def test_two_that_were_open_at_once_are_closed_by_one_colleague(person):
    both = [
        reports.report(token=not_me.link(person, address=one).split("/")[-2]) for one in ("a@x.example", "b@x.example")
    ]
    assert [close(one, "admin:1", "the_person") for one in both] == [True, True]
