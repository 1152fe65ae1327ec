"""What people of a move are mailed: whose it is, what comes next, by which day, and the one link."""

from datetime import date

import pytest

from careid.people.models import Organisation, Profile
from moves import letters, links
from moves.letters import Letters
from tests.moves import made

pytestmark = pytest.mark.django_db
MAILS = ("move_start", "move_reminder", "move_date", "move_cancelled")


@pytest.fixture
def mailed(organisation):
    """What a mail says to somebody of whom this is given: its subject and its words."""

    def send(template, *, days=14, **fields):
        move = made.move(starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 18))
        one = made.person(move, **fields)
        letter = Letters(template, move, days=days).to(one)
        assert (links.give(one) in letter.body) == (template != "move_cancelled")
        return letter.subject, letter.body

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


def test_those_who_are_told_the_same_are_written_to_once_and_each_has_their_own_name_and_link(
    organisation, monkeypatch, person
):
    written = []
    write = letters.outbox.write
    monkeypatch.setattr(letters.outbox, "write", lambda *given: written.append(given) or write(*given))
    move = made.move()
    people = [made.person(move, given_name=name) for name in ("Ama", "Bo", "\\1 & {{ link }}")]
    elsewhere = Organisation.objects.create(code="RX2", name="Elsewhere RA", ra_phone="01632 960300")
    people += [made.person(move, organisation=organisation, way="smartcard")]
    people += [made.person(move, organisation=elsewhere), made.person(move, organisation=organisation, profile=person)]
    all_of_them = Letters("move_start", move, days=40)
    told = [all_of_them.to(one).body for one in people]
    assert len(written) == 4
    for one, body in zip(people, told, strict=True):
        assert f"This is for {one}." in body
        assert links.give(one) in body
        assert body == Letters("move_start", move, days=40).to(one).body
    assert ["01632 960300" in body for body in told] == [False, False, False, False, True, False]


def test_whose_profile_was_closed_is_not_told_that_they_have_one(mailed, person):
    Profile.objects.filter(pk=person.pk).update(state="closed", closed_reason="leaver")
    person.refresh_from_db()
    assert "You need a Care Identity profile" in mailed("move_start", profile=person)[1]
