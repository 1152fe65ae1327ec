"""The move that the demo starts with."""

from collections import Counter

import pytest
from django.utils import timezone

from careid.post.models import Mail
from demo import admins, applicants, movers
from moves import progress, rounds, standing
from moves.models import Mailing, Move, Person
from moves.standing import Step
from tests.demo.seeding import seed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _seeded(db, settings):
    settings.DEMO = True
    settings.NHSNET_TENANT_ID = "6c3b1c9e-0000-4000-8000-000000000001"
    seed()
    applicants.seed()
    movers.seed()


def test_it_runs_and_half_of_its_time_is_over():
    move, today = Move.objects.get(), timezone.localdate()
    assert move.state == "running"
    assert move.starts_on < today < move.ends_on
    assert move.service.owners.get().username == admins.OWNER


def test_its_people_are_in_each_state():
    figures = progress.total(progress.of(Move.objects.get()))
    assert figures.people == len(movers.MOVERS)
    assert figures.invited == 3
    assert figures.no == 3
    assert figures.calls == 1
    assert figures.ready >= 4
    assert figures.added > figures.ready - 1
    assert 0 < figures.locked_out < figures.people
    answers = Counter(Person.objects.values_list("answer", flat=True))
    assert set(answers) == {"", *Person.Answer.values}
    assert {standing.of(one).step for one in Person.objects.all()} == {*Step} - {Step.CANCELLED, Step.DONE}
    assert set(Person.objects.values_list("call", flat=True)) == set(Person.Call.values)


def test_each_was_told_once_and_nothing_more_is_due():
    assert Mailing.objects.count() == Mail.objects.filter(template="move_start").count() == len(movers.MOVERS)
    assert [told for _, told in rounds.remind()] == [Counter()]
    assert not Mail.objects.filter(template="move_start", state="dropped").exists()


def test_who_has_applied_already_has_one_invitation():
    person = Person.objects.get(email=applicants.APPLICANTS[4].email)
    assert person.invitation.state == "submitted"


def test_a_second_start_leaves_it_as_it_is():
    Move.objects.update(title="Another title")
    movers.seed()
    assert Move.objects.get().title == "Another title"
    assert Person.objects.count() == len(movers.MOVERS)
