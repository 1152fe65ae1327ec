"""Each page of a move in Chromium, in each of its states, looked at."""

import pytest

from tests.account.browser.entering import give
from tests.browser import closely
from tests.moves.browser import rows


@pytest.mark.parametrize("state", ["running", "done", "cancelled"])
def test_the_page_for_everybody(walk, state):
    _, path = rows.move(walk, state=state)
    walk.open(path)
    walk.at("moves")
    closely.look(walk, f"moves-{state}")


def look(walk, name, move=None, **fields):
    walk.open(rows.person(walk, move or rows.move(walk)[0], **fields))
    walk.at("move")
    closely.look(walk, f"move-{name}")


@pytest.mark.parametrize(
    ("name", "state", "days"), [("cancelled", "cancelled", 49), ("done", "done", -3), ("stopped", "running", 20)]
)
def test_a_move_that_is_over_or_silent(walk, name, state, days):
    move, _ = rows.move(walk, state=state, days=days, stopped=name == "stopped")
    look(walk, name, move, on_file=True)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("confirm", {"way": "smartcard"}),
        ("kept", {"way": "smartcard", "answer": "keep_smartcard"}),
        ("no", {"answer": "no_longer_access"}),
        ("add", {"on_file": True}),
        ("add-no-phone", {"on_file": True, "answer": "no_phone"}),
        ("call-wanted", {"on_file": True, "answer": "wants_call", "call": "wanted"}),
        ("call-done", {"on_file": True, "answer": "wants_call", "call": "done"}),
        ("ask", {}),
        ("ask-call-wanted", {"answer": "wants_call", "call": "wanted"}),
    ],
)
def test_somebody_by_what_they_answered(walk, name, fields):
    look(walk, name, **fields)


@pytest.mark.parametrize("state", ["sent", "expired", "submitted", "rejected", "blocked"])
def test_somebody_on_the_way_to_a_profile(walk, state):
    look(walk, f"invitation-{state}", invitation=rows.invitation(walk, state=state))


@pytest.mark.parametrize(
    ("name", "begun", "days", "hours"), [("ready", True, 9, 0), ("hold", True, 1, 20), ("early", False, 49, 0)]
)
def test_somebody_who_has_added_something(walk, name, begun, days, hours):
    give(walk, "", hours=hours)
    look(walk, name, rows.move(walk, begun=begun, days=days)[0], on_file=True)


def test_somebody_who_is_late(walk):
    look(walk, "late", rows.move(walk, days=-1)[0], on_file=True)


def test_what_is_wrong_in_either_form(walk):
    move, _ = rows.move(walk)
    walk.open(rows.person(walk, move, on_file=True))
    walk.page.get_by_text("I want a call").click()
    walk.press("Ask for a call")
    walk.page.wait_for_selector(".nhsuk-error-summary")
    closely.look(walk, "move-no-times")
    walk.page.get_by_text("This does not fit me").click()
    walk.press("Send this answer")
    walk.page.wait_for_selector(".nhsuk-error-summary :text('Choose an answer')")
    closely.look(walk, "move-no-answer")


def test_a_link_that_nobody_has(walk):
    walk.open("/move/none/")
    walk.at("move")
    closely.look(walk, "move-unknown")
