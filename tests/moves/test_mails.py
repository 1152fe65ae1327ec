"""What people of a move are mailed: whose it is, what comes next, by which day, and the one link."""

from datetime import date

import pytest

from careid.post import outbox
from moves import links
from tests.moves import made

pytestmark = pytest.mark.django_db
MAILS = ("move_start", "move_reminder", "move_date", "move_cancelled")


@pytest.fixture
def mailed(organisation):
    """What a mail says to somebody of whom this is given: its subject and its words."""

    def send(template, *, days=14, **fields):
        move = made.move(starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 18))
        one = made.person(move, **fields)
        context = {"move": move, "person": one, "link": links.give(one), "days": days}
        content = outbox.send(template, profile=None, to=one.email, context=context).content
        assert (links.give(one) in content["body"]) == (template != "move_cancelled")
        return content["subject"], content["body"]

    return send


@pytest.mark.parametrize("template", MAILS)
def test_each_says_of_whom_and_of_which_service_it_is_and_whom_to_ask(mailed, template):
    subject, body = mailed(template)
    assert subject.startswith("Care ID: ")
    for told in ("Message Exchange", "Kim Sample", "Riverside RA", "01632 960200", "Nobody from the NHS will ever ask"):
        assert told in body
    assert "\n\n\n" not in body


@pytest.mark.parametrize("template", MAILS[:3])
def test_each_but_the_last_names_the_day(mailed, template):
    assert "18 January 2027" in mailed(template)[1]


def test_the_first_one_names_the_day_in_its_subject_and_both_days_in_its_words(mailed):
    subject, body = mailed("move_start")
    assert "by 18 January 2027" in subject
    assert "from 4 January 2027" in body


@pytest.mark.parametrize(("days", "words"), [(1, "1 day left"), (3, "3 days left"), (56, "56 days left")])
def test_a_reminder_counts_the_days(mailed, days, words):
    assert words in mailed("move_reminder", days=days)[0]


@pytest.mark.parametrize("template", MAILS[:2])
def test_the_next_step_is_that_of_the_person(mailed, person, template):
    assert "press one button" in mailed(template, way="smartcard")[1]
    assert "You have a Care Identity profile" in mailed(template, profile=person)[1]
    assert "You need a Care Identity profile" in mailed(template)[1]


@pytest.mark.parametrize("template", MAILS)
def test_words_of_others_are_shown_as_they_are_and_make_no_other_subject(mailed, template):
    subject, body = mailed(template, given_name="O'Neill & Co")
    assert "O'Neill & Co" in body
    assert "\n" not in subject
