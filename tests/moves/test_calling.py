"""Somebody of a move who wanted a call was called."""

import pytest
from django.db import connection

from careid.people.models import Organisation
from careid.trail.models import Event
from moves import calling
from moves.models import Person
from tests.desk.movers import a_move, somebody
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(organisation, person):
    one = somebody(a_move(), organisation, profile=person, answer="wants_call", call="wanted")
    one.when_words = "Mondays"
    one.save()
    return one


def test_a_call_is_noted_once_with_its_event_and_when_it_suited_is_forgotten(waiting, person):
    assert calling.done(person=waiting, by="admin:7", note="Spoke for long")
    assert not calling.done(person=waiting, by="admin:8")
    waiting.refresh_from_db()
    assert (waiting.call, waiting.called_by, waiting.when_words) == ("done", "admin:7", None)
    assert waiting.called_at is not None
    [event] = Event.objects.all()
    assert (event.name, event.actor, event.profile_id) == ("move.call_done", "admin:7", person.pk)
    assert event.details == {"move": waiting.move.slug, "note": "Spoke for long"}


def test_it_stands_in_the_trail_of_the_organisation_that_called(waiting, make_person):
    other = Organisation.objects.create(code="RX2")
    waiting.profile = make_person(organisation=other)
    waiting.save()
    calling.done(person=waiting, by="admin:7")
    [event] = Event.objects.all()
    assert (event.organisation, event.profile_id) == ("RX1", None)


def test_who_waits_for_no_call_is_left_as_they_are(waiting):
    Person.objects.update(call="")
    assert not calling.done(person=waiting, by="admin:7")
    Person.objects.all().delete()
    assert not calling.done(person=waiting, by="admin:7")
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_notes_it(waiting):
    mine = Person.objects.filter(pk=waiting.pk)
    calls = [lambda by=by: calling.done(person=waiting, by=by) for by in ("admin:7", "admin:8")]
    assert sorted(at_once(calls, held=mine)) == [False, True]
    assert Event.objects.count() == 1
    connection.close()
