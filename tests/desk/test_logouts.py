"""A person's page at the desk tells which service heard that they are signed out, when, and which did not and why."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from careid.fetching.fetcher import Fault
from careid.trail.names import EventName
from careid.trail.record import record
from desk import logouts
from provider.models import Logout
from provider.telling import Unsigned
from tests.desk.door.admins import role
from tests.desk.test_person_page import said, text
from tests.provider.listening import a_client

pytestmark = pytest.mark.django_db
State = Logout.State


@pytest.fixture
def agent(organisation):
    return role("RA agent", organisation)


@pytest.fixture
def make(person):
    one = a_client()

    def made(state, answer="", *, minutes=0, **fields):
        at = timezone.now() - timedelta(minutes=minutes)
        settled = None if state in {State.DUE, State.LISTENING} else at
        more = {"profile": person, "made_at": at, "over_at": at, "settled_at": settled, **fields}
        return Logout.objects.create(session_id=uuid4(), client=one, state=state, answer=answer, **more)

    return made


WORDS = {
    (State.TOLD, "200", 1): "Heard",
    (State.UNASKED, "", 0): "Cannot be told: it has no logout address. They may be in there still",
    (State.DUE, "", 0): "Is being told",
    (State.DUE, "503", 1): "Is being told. Last time it answered 503",
    (State.FAILED, "500", 5): "Did not hear: it answered 500. They may be in there still",
    (State.FAILED, "slow", 5): "Did not hear: the other service took too long to answer. They may be in there still",
}


@pytest.mark.parametrize("row", WORDS, ids=str)
def test_what_each_heard_is_told_in_words_with_its_times(row, agent, person, make):
    state, answer, tries = row
    make(state, answer, tries=tries)
    page = said(agent, person).partition("Services told that they signed out")[2]
    assert f"Records {WORDS[row]} {timezone.localtime():%-d %B %Y}" in page


@pytest.mark.parametrize("reason", [*Fault, *Unsigned])
def test_every_reason_why_there_was_no_answer_has_words(reason):
    assert logouts.why(reason) == reason.words


def test_a_session_that_goes_on_is_not_among_them_and_the_newest_come_first(person, make):
    make(State.LISTENING)
    old, new = make(State.TOLD, minutes=9), make(State.FAILED, "400", minutes=1)
    assert [line.logout for line in logouts.of(person)] == [new, old]
    for minutes in range(10, 40):
        make(State.TOLD, minutes=minutes)
    assert len(logouts.of(person)) == logouts.LINES


def test_a_session_of_days_ago_that_ended_now_comes_before_one_that_was_made_and_ended_since(person, make):
    since, now = make(State.TOLD, minutes=5), make(State.TOLD)
    Logout.objects.filter(pk=now.pk).update(made_at=timezone.now() - timedelta(days=2))
    assert [line.logout for line in logouts.of(person)] == [now, since]


def test_who_may_not_read_the_trail_is_told_nothing_of_it(organisation, person, make):
    make(State.TOLD)
    assert "Services told" not in said(role("ID checker", organisation), person)


def test_an_event_of_it_is_told_in_words(agent, person):
    about = {"profile": person, "actor": "system", "details": {"client": "records.apps.example", "answer": "500"}}
    event = record(EventName.LOGOUT_FAILED, outcome="failed", **about)
    page = text(agent.get(f"/admin/careid/event/{event.pk}/change/"))
    assert "A service did not hear that they are signed out" in page
    for words in ("service: records.apps.example", "the answer: 500"):
        assert words in page
