"""Adding another, let in by the sign-in of a moment ago: no details and no mailed code, and no longer than it holds."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from authenticators.models import Authenticator
from careid.people.models import Profile
from careid.trail.models import Event
from enrolment import vouching
from enrolment.models import Attempt, EmailCode
from tests import kinds
from tests.threads import together
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
LAST = kinds.last_page(kinds.some_kind())


@pytest.fixture
def first(person):
    """What they signed in with."""
    return Authenticator.objects.create(
        profile=person, kind=kinds.another_kind(), external_id="first", material={}, added_by="person"
    )


def let_in(first, *, session_id=None, minutes=30, replaces=None):
    """Somebody who signed in with it just now, as their browser."""
    with transaction.atomic():
        token = vouching.begin(
            profile=Profile.locked(first.profile_id),
            session_id=session_id or uuid4(),
            vouched_by=first.pk,
            closes_at=timezone.now() + timedelta(minutes=minutes),
            replaces=replaces,
        )
    visitor = Visitor()
    visitor.client.cookies[settings.ATTEMPT_COOKIE] = token
    return visitor


def add(visitor):
    visitor.go_on()
    return visitor.finish()


def waits():
    one = Authenticator.objects.latest("added_at")
    return one.usable_from - one.added_at


def test_who_signed_in_chooses_and_adds_without_a_code_and_without_a_wait(first):
    assert add(let_in(first)).url.endswith("/done/")
    assert waits() == timedelta()
    assert not EmailCode.objects.exists()
    began = Event.objects.get(name="attempt.started")
    assert (began.reason, began.authenticator_id) == ("signed_in", first.pk)


@pytest.mark.parametrize("changed", ["email_changed_at", "nino_changed_at"])
def test_the_wait_after_a_change_of_address_or_number_stays(changed, first, person):
    Profile.objects.update(**{changed: timezone.now() - timedelta(days=1)})
    add(let_in(first))
    assert waits() == timedelta(days=1)


def test_a_sign_in_lets_them_add_one_and_the_next_one_takes_another(first):
    visitor = let_in(first)
    done = add(visitor).url
    page = visitor.page(done)
    assert 'action="/authenticators/another/"' not in page
    assert 'href="/account/"' in page
    assert visitor.client.post("/authenticators/another/").url == done
    assert not EmailCode.objects.exists()


STOPPED = {
    "revoked": {"state": "revoked", "state_reason": "lost"},
    "suspended": {"state": "suspended", "state_reason": "lost"},
    "on hold": {"usable_from": timezone.now() + timedelta(days=1)},
    "stopped and let work again since": {"state_changed_at": timezone.now() + timedelta(hours=1)},
}


@pytest.mark.parametrize("stopped", STOPPED)
def test_nothing_is_added_once_what_they_signed_in_with_was_stopped(stopped, first):
    visitor = let_in(first)
    visitor.go_on()
    Authenticator.objects.update(**STOPPED[stopped])
    answer = visitor.finish()
    page = visitor.page(answer.url) if answer.status_code == 302 else answer.content.decode()
    assert 'data-reason="not_verified"' in page
    assert 'href="/account/"' in page
    assert Authenticator.objects.count() == 1


def test_its_time_is_over_with_the_session(first):
    visitor = let_in(first, minutes=5)
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        assert visitor.client.get("/authenticators/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        over = visitor.client.get("/authenticators/", follow=True)
    assert 'data-page="expired"' in over.content.decode()
    assert 'href="/account/"' in over.content.decode()


def test_what_was_added_is_shown_no_longer_than_the_session(first):
    visitor = let_in(first, minutes=5)
    done = add(visitor).url
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert visitor.client.get(done).url == "/expired/"


def test_what_ends_a_session_ends_what_it_let_begin_and_nothing_else(first, person):
    session, other = uuid4(), uuid4()
    mine, theirs = let_in(first, session_id=session), let_in(first, session_id=other)
    with transaction.atomic():
        vouching.end(profile=person, session_ids=[session])
    assert mine.client.get("/authenticators/").url == "/expired/"
    assert theirs.client.get("/authenticators/").status_code == 200
    assert Event.objects.get(name="attempt.ended").reason == "signed_out"


def test_a_session_has_one_attempt_at_a_time(first):
    session = uuid4()
    before = let_in(first, session_id=session)
    Attempt.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    let_in(first, session_id=session)
    assert before.client.get("/authenticators/").url == "/expired/"


@pytest.mark.django_db(transaction=True)
def test_four_presses_at_once_begin_one_attempt_that_opens_to_each(first):
    session = uuid4()
    visitors = together([lambda: let_in(first, session_id=session)] * 4)
    assert Attempt.objects.count() == 1
    assert {one.client.get("/authenticators/").status_code for one in visitors} == {200}


def test_what_the_browser_had_begun_before_is_replaced(first, visitor, person):
    visitor.verify(person)
    let_in(first, replaces=Attempt.objects.get())
    assert visitor.client.get("/authenticators/").url == "/expired/"


def test_who_stops_goes_back_to_their_account_and_adds_nothing(first):
    visitor = let_in(first)
    page = visitor.page("/authenticators/")
    assert "Stop here, and add nothing" in page
    assert 'href="/details/"' not in page
    assert visitor.client.post("/restart/").url == "/account/"
    assert Event.objects.get(name="attempt.ended").reason == "restarted"
