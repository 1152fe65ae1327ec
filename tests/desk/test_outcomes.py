"""What was not done is not told as if it had been."""

import pytest

from careid.trail.models import Event
from careid.trail.names import EventName
from desk import outcomes, words


@pytest.mark.parametrize(("name", "outcome"), outcomes.NOT_DONE)
def test_an_event_of_something_that_was_not_done_says_so(name, outcome):
    said = words.event(Event(name=name, outcome=outcome))
    assert " not " in f" {said.lower()} " or said.startswith("No ")
    assert said != words.EVENTS[name]
    assert words.event(Event(name=name, outcome="ok")) == words.EVENTS[name]


def test_a_number_that_another_has_was_not_set():
    event = Event(name=EventName.PROFILE_NINO_CHANGED, outcome="refused", reason="number_taken")
    assert words.event(event) == (
        "National Insurance number not set: another open profile has that National Insurance number"
    )
