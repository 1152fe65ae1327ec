"""A time is told so that nobody takes it for another."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.template import engines

from careid.pages import times


def at(hour, minute=0, day=25, month=10):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (at(0, 30), "1:30am BST"),  # the clock goes back at 1:00 UTC
        (at(1, 30), "1:30am GMT"),
        (at(0, 59), "1:59am BST"),
        (at(2, 0), "2:00am"),
        (at(23, 59, day=24), "12:59am"),
        (at(0, 30, day=29, month=3), "12:30am"),
        (at(1, 30, day=29, month=3), "2:30am"),  # an hour that is left out comes never, not twice
    ],
)
def test_the_hour_that_comes_twice_has_its_name_and_no_other_has(moment, told):
    assert times.clock(moment) == told
    assert times.moment(moment).startswith(f"{told} on ")
    assert times.written(moment, "j F Y, g:i").endswith(told[-4:]) is told.endswith(("BST", "GMT"))


def test_a_time_that_comes_soon_is_told_with_the_day_only_where_it_is_another():
    with time_machine.travel(at(9, day=29, month=11)):
        assert times.soon(at(10, 55, day=29, month=11)) == "10:55am"
        assert times.soon(at(10, 55, day=30, month=11)) == "10:55am tomorrow"
        assert times.soon(at(10, 55, day=1, month=12)) == "10:55am on 1 December 2026"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(1, "1 second"), (90, "90 seconds"), (91, "2 minutes"), (5400, "90 minutes"), (86_400, "24 hours")],
)
def test_a_wait_is_told_in_the_unit_that_suits_it(seconds, told):
    assert times.wait(seconds) == f"in {told}"


def test_every_template_has_the_filters_and_tells_nothing_of_no_time():
    template = engines["django"].from_string("{{ at|clock }}, {{ at|written:'H:i' }}, {{ none|moment }}{{ gone|soon }}")
    assert template.render({"at": at(0, 30), "none": None}) == "1:30am BST, 01:30 BST, "
