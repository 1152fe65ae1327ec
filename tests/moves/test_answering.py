"""Answers of people in a move: the last one counts, and each change leaves one event."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from careid.errors import Refused
from careid.limits.counting import Locked
from careid.people.models import Organisation
from careid.trail.models import Event
from moves import answering
from moves.models import Person
from tests.moves import made
from tests.threads import at_once, together

pytestmark = pytest.mark.django_db(transaction=True)
ANSWERS = [one for one in Person.Answer if one not in {Person.Answer.KEEP_SMARTCARD, Person.Answer.WANTS_CALL}]


@pytest.fixture
def one(organisation):
    return made.person(made.move())


def again(one):
    return Person.objects.get(pk=one.pk)


def events():
    return [(event.actor, event.organisation, event.details) for event in Event.objects.filter(name="move.answered")]


@pytest.mark.parametrize("word", ANSWERS)
def test_an_answer_is_kept_with_its_time_and_one_event(one, word):
    assert answering.answer(person=one, answer=word)
    assert not answering.answer(person=one, answer=word)
    kept = again(one)
    assert (kept.answer, kept.call) == (word, "")
    assert timezone.now() - kept.answered_at < timedelta(minutes=1)
    assert events() == [("person", "RX1", {"move": one.move.slug, "answer": word})]


def test_the_event_of_somebody_on_file_is_on_their_profile(person):
    answering.answer(person=made.person(made.move(), profile=person), answer="no_mfa")
    assert Event.objects.get(name="move.answered").profile_id == person.pk


def test_whose_profile_is_elsewhere_answers_in_the_trail_of_the_organisation_that_the_move_has_of_them(
    one, make_person
):
    one.profile = make_person(organisation=Organisation.objects.create(code="RX2"))
    one.save()
    answering.answer(person=one, answer="no_mfa")
    event = Event.objects.get(name="move.answered")
    assert (event.organisation, event.profile_id) == ("RX1", None)


def test_the_last_answer_counts(one):
    for word in ("no_mfa", "no_phone", "no_longer_access"):
        answering.answer(person=one, answer=word)
    assert again(one).answer == "no_longer_access"
    assert [told["answer"] for _, _, told in events()] == ["no_mfa", "no_phone", "no_longer_access"]


def test_an_answer_is_taken_back(one):
    answering.answer(person=one, answer="no_mfa")
    assert answering.answer(person=one, answer=answering.NONE)
    assert (again(one).answer, again(one).answered_at) == ("", None)
    assert events()[-1][2]["answer"] == "none"


def test_a_call_is_wanted_at_times_that_nobody_reads_in_the_database(one):
    assert answering.answer(person=one, answer="wants_call", when="Tuesday, 01632 960001")
    assert (again(one).call, again(one).when_words) == ("wanted", "Tuesday, 01632 960001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT when_words FROM moves_person")
        assert b"Tuesday" not in bytes(cursor.fetchone()[0])
    assert "Tuesday" not in str(Event.objects.values_list())


def test_other_times_replace_the_first_and_the_same_ones_change_nothing(one):
    changed = [
        answering.answer(person=one, answer="wants_call", when=when) for when in ("Tuesday", "Tuesday", "Thursday")
    ]
    assert changed == [True, False, True]
    assert again(one).when_words == "Thursday"


def test_after_a_call_one_more_can_be_wanted(one):
    answering.answer(person=one, answer="wants_call", when="Tuesday")
    Person.objects.update(call="done", called_at=timezone.now(), called_by="admin:7")
    assert answering.answer(person=one, answer="wants_call", when="Tuesday")
    kept = again(one)
    assert (kept.call, kept.called_at, kept.called_by) == ("wanted", None, "")


@pytest.mark.parametrize("word", ["no_mfa", "no_longer_mfa", "no_longer_access", ""])
def test_a_no_ends_the_wish_for_a_call_and_wipes_its_times(one, word):
    answering.answer(person=one, answer="wants_call", when="Tuesday")
    answering.answer(person=one, answer=word)
    assert (again(one).call, again(one).when_words) == ("", None)


@pytest.mark.parametrize("word", ["no_phone", "no_invitation"])
def test_a_call_still_helps_who_answers_so(one, word):
    answering.answer(person=one, answer="wants_call", when="Tuesday")
    answering.answer(person=one, answer=word)
    assert (again(one).answer, again(one).call, again(one).when_words) == (word, "wanted", "Tuesday")


def test_a_call_that_was_made_stays_made(one):
    answering.answer(person=one, answer="wants_call", when="Tuesday")
    Person.objects.update(call="done", called_at=timezone.now(), called_by="admin:7")
    answering.answer(person=one, answer="no_mfa")
    assert (again(one).call, again(one).called_by) == ("done", "admin:7")


def test_a_smartcard_is_kept_by_who_has_one(organisation):
    move = made.move()
    answering.answer(person=made.person(move, way="smartcard"), answer="keep_smartcard")
    other = made.person(move, way="two_factor")
    with pytest.raises(Refused, match="not_theirs"):
        answering.answer(person=other, answer="keep_smartcard")
    assert (again(other).answer, len(events())) == ("", 1)


@pytest.mark.parametrize("state", ["draft", "done", "cancelled"])
def test_nothing_is_answered_about_a_move_that_does_not_run(organisation, state):
    one = made.person(made.move(state=state))
    with pytest.raises(Refused, match="over"):
        answering.answer(person=one, answer="no_mfa")
    assert (again(one).answer, events()) == ("", [])


def test_a_move_whose_mails_are_stopped_is_answered_as_ever(organisation):
    assert answering.answer(person=made.person(made.move(stopped=True)), answer="no_mfa")


def test_who_is_no_longer_in_it_is_told_so(one):
    Person.objects.filter(pk=one.pk).delete()
    with pytest.raises(Refused, match="unknown"):
        answering.answer(person=one, answer="no_mfa")


def test_twenty_answers_an_hour_are_taken_and_what_is_refused_is_counted_too(one):
    with time_machine.travel("2026-11-30 12:00Z", tick=False) as clock:
        for number in range(20):
            answering.answer(person=one, answer=ANSWERS[number % 2])
        with pytest.raises(Locked):
            answering.answer(person=one, answer="no_mfa")
        clock.shift(timedelta(hours=1, seconds=1))
        assert answering.answer(person=one, answer="no_longer_access")


def test_of_two_answers_at_once_one_is_the_last_and_each_has_its_event(one):
    calls = [lambda word=word: answering.answer(person=one, answer=word) for word in ("no_mfa", "no_longer_access")]
    assert at_once(calls, held=Person.objects.filter(pk=one.pk)) == [True, True]
    assert [told["answer"] for _, _, told in events()][-1] == again(one).answer


def test_one_answer_pressed_by_many_at_once_leaves_one_event(one):
    assert sum(together([lambda: answering.answer(person=one, answer="no_mfa")] * 6)) == 1
    assert len(events()) == 1


def test_a_call_and_a_no_at_once_never_leave_a_call_without_its_times(one):
    calls = [
        lambda: answering.answer(person=one, answer="wants_call", when="Tuesday"),
        lambda: answering.answer(person=one, answer="no_mfa"),
    ]
    at_once(calls, held=Person.objects.filter(pk=one.pk))
    kept = again(one)
    assert (kept.answer, kept.call, kept.when_words) in {
        ("wants_call", "wanted", "Tuesday"),
        ("no_mfa", "", None),
    }


def test_an_answer_while_the_call_is_noted_as_done_writes_over_no_part_of_it(one):
    answering.answer(person=one, answer="wants_call", when="Tuesday")
    stale = again(one)
    Person.objects.update(call="done", called_at=timezone.now(), called_by="admin:7")
    answering.answer(person=stale, answer="no_phone")
    assert (again(one).call, again(one).called_by) == ("done", "admin:7")
