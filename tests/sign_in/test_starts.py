"""A try to sign in leaves a row: an address may begin three hundred in ten minutes, whatever the kind."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from authenticators.models import Authenticator
from careid.limits import counting, limits
from careid.limits.models import LimitCount
from sign_in.models import Visit
from tests import kinds
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def begun(times):
    counting.hit((limits.SIGN_IN_VISITS, "127.0.0.1"))
    LimitCount.objects.filter(limit=limits.SIGN_IN_VISITS.name).update(count=times)


def begin(one):
    """The first form of signing in, of a browser that has begun nothing."""
    visitor, (path, answer) = Visitor(), next(iter(kinds.proving(one.kind).items()))
    return visitor.prove(path, answer, kinds.holder(one))


@pytest.mark.parametrize("kind", [slug for slug in kinds.slugs() if kinds.proving(slug)])
def test_three_hundred_are_begun_from_an_address_in_ten_minutes_and_no_more(kind, person, now):
    one = kinds.way(kind).stored(person)
    with time_machine.travel(now, tick=False):
        begun(299)
        assert begin(one).status_code == 302
        rows = Visit.objects.count()
        answer = begin(one)
        assert answer.status_code == 429
        assert answer["Retry-After"] == "600"
        assert Visit.objects.count() == rows
    with time_machine.travel(now + timedelta(minutes=10), tick=False):
        assert begin(one).status_code == 302


def test_who_goes_on_with_what_was_begun_is_not_counted_again(person, now):
    kind = next(slug for slug in kinds.slugs() if len(kinds.proving(slug)) > 1)
    one, visitor = kinds.way(kind).stored(person), Visitor()
    (first, typed), (then, judged) = kinds.proving(kind).items()
    assert visitor.prove(first, typed, kinds.holder(one)).status_code == 302
    begun(300)
    assert visitor.prove(then, judged, kinds.holder(one)).url == "/account/"


def test_trying_what_was_just_added_counts_as_one(visitor, person):
    visitor.enrol(person)
    begun(300)
    assert visitor.client.post("/sign-in/works/").status_code == 429
    assert not Visit.objects.exists()
    assert Authenticator.objects.get().last_used_at is None


@pytest.mark.parametrize("kind", [slug for slug in kinds.slugs() if kinds.proving(slug)])
def test_the_page_of_such_a_lock_says_until_when_and_that_another_way_may_still_work(kind, person):
    begun(300)
    page = begin(kinds.way(kind).stored(person)).content.decode()
    assert 'data-page="locked" data-reason="limit"' in page
    assert "this step is locked <strong>until " in page
    assert "Another way to sign in may still work" in page
    assert "add an authenticator" not in page
    assert str(person) not in page
