"""A visit is one browser's: looked at it writes nothing, and what is kept with it is taken out once."""

from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from sign_in import challenges, visits
from sign_in.models import Visit
from tests.threads import at_once, together

pytestmark = pytest.mark.django_db


def asked(token=""):
    request = RequestFactory().get("/sign-in/")
    if token:
        request.COOKIES["careid-visit"] = token
    return request


def kept(**entry):
    visit = visits.current(asked())
    visits.put(visit=visit, slug="some", entry=entry)
    return visit


def test_a_page_that_is_looked_at_writes_no_row_and_gives_a_token(client):
    answer = client.get("/sign-in/")
    assert len(answer.cookies["careid-visit"].value) == 43
    assert not Visit.objects.exists()


def test_the_same_browser_keeps_its_visit_before_and_after_its_row_is_written():
    visit = kept(word="a")
    again = visits.current(asked(visit.token))
    assert again.pk == visit.pk
    assert visits.read(again, "some") == {"word": "a"}
    assert visits.current(asked(visits.current(asked()).token)).pk != visit.pk


def test_what_is_kept_is_sealed():
    kept(word="lamp otter")
    assert b"lamp" not in bytes(Visit.objects.values_list("pending", flat=True)[0])


def test_what_is_kept_is_taken_once():
    visit = visits.current(asked(kept(word="a").token))
    other = visits.current(asked(visit.token))
    assert visits.read(other, "some")
    assert visits.take(visit=visit, slug="some") == {"word": "a"}
    assert visits.take(visit=other, slug="some") == {}


def test_one_kinds_entry_stays_when_anothers_is_taken_or_put():
    visit = kept(word="a")
    visits.put(visit=visit, slug="other", entry={"word": "b"})
    assert visits.take(visit=visits.current(asked(visit.token)), slug="some") == {"word": "a"}
    assert visits.read(visits.current(asked(visit.token)), "other") == {"word": "b"}


def test_a_second_press_that_keeps_something_finds_the_first_ones_row():
    first, second = (visits.current(asked("x" * 43)) for _ in range(2))
    visits.put(visit=first, slug="some", entry={"word": "a"})
    visits.put(visit=second, slug="some", entry={"word": "b"})
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("how", [{"started_at": timezone.now() - timedelta(minutes=15)}, {"ended_at": timezone.now()}])
def test_one_that_is_over_gives_way_to_a_new_one(how):
    visit = kept(word="a")
    Visit.objects.update(**how)
    again = visits.current(asked(visit.token))
    assert again.pk != visit.pk
    assert visits.read(again, "some") == {}


@pytest.mark.parametrize("token", ["short", "x" * 44, "é" * 43, "x" * 42 + "\n"])
def test_a_cookie_that_is_none_of_ours_counts_as_none(token):
    assert len(visits.current(asked(token)).token) == 43


def test_a_challenge_is_spent_once_and_by_its_own_browser_alone():
    visit, other = visits.current(asked()), visits.current(asked())
    challenge = challenges.issue(visit)
    assert not challenges.spend(visit=other, challenge=challenge)
    assert challenges.spend(visit=visit, challenge=challenge)
    assert not challenges.spend(visit=visit, challenge=challenge)


@pytest.mark.parametrize("challenge", ["", "x", "A" * 43, "é" * 43, "A" * 42 + "=", "A" * 400])
def test_a_challenge_that_nobody_was_given_is_not_spent(challenge):
    assert not challenges.spend(visit=visits.current(asked()), challenge=challenge)


def test_a_challenge_lives_five_minutes():
    visit = visits.current(asked())
    challenge, made = challenges.issue(visit), timezone.now().replace(microsecond=0)
    with time_machine.travel(made + timedelta(minutes=4, seconds=59), tick=False):
        assert challenges.is_ours(visit=visit, challenge=challenge)
    with time_machine.travel(made + timedelta(minutes=5, seconds=1), tick=False):
        assert not challenges.is_ours(visit=visit, challenge=challenge)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_takes_what_is_kept_and_one_spends_the_challenge():
    visit = kept(word="a")
    challenge = challenges.issue(visit)
    both = [visits.current(asked(visit.token)) for _ in range(2)]
    rows = Visit.objects.filter(pk=visit.pk)
    taken = at_once([lambda one=one: visits.take(visit=one, slug="some") for one in both], held=rows)
    assert sorted(map(bool, taken)) == [False, True]
    spent = together([lambda: challenges.spend(visit=visit, challenge=challenge)] * 2)
    assert sorted(spent) == [False, True]
