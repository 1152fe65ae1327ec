"""What services asked and were given goes once it is past its time, and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from provider import jobs
from provider.models import Assertion, ChosenRole, Client, Code, Logout, Request, Token
from sign_in.models import Session, SignIn
from tests.provider.listening import a_client
from tests.sign_in.test_sessions import come_in, stored

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)
State = Logout.State


@pytest.fixture
def client_():
    return a_client(address="https://records.example/logout")


@pytest.fixture
def session(person):
    return come_in(stored(person)).session


def purged(rows, old, young):
    """Whether the first goes and the second stays."""
    jobs.purge.func(timestamp=0)
    return list(rows.objects.values_list("pk", flat=True)) == [young.pk] and old.pk != young.pk


def around(limit):
    """Times just past a limit, and just within."""
    return timezone.now() - limit - SOON, timezone.now() - limit + SOON


def test_a_request_goes_after_a_day(client_):
    assert purged(
        Request,
        *(Request.objects.create(client=client_, at=at) for at in around(settings.KEEP_VISITS)),
    )


def test_a_code_goes_once_no_token_can_be_good_that_came_of_it(client_, session):
    more = {"client": client_, "sign_in": session.newest, "acr": "AAL2_ANY"}
    assert purged(
        Code,
        *(
            Code.objects.create(code_hash=at.isoformat().encode(), expires_at=at, **more)
            for at in around(settings.ACCESS_TOKEN_LIFE)
        ),
    )


def test_a_token_goes_at_its_end(client_, session):
    more = {"client": client_, "sign_in": session.newest, "acr": "AAL2_ANY"}
    assert purged(
        Token,
        *(
            Token.objects.create(token_hash=at.isoformat().encode(), code_id=uuid4(), expires_at=at, **more)
            for at in around(timedelta())
        ),
    )


def test_the_name_of_an_assertion_goes_once_that_is_good_no_more(client_):
    assert purged(
        Assertion,
        *(
            Assertion.objects.create(client=client_, jti_hash=at.isoformat().encode(), expires_at=at)
            for at in around(timedelta())
        ),
    )


def test_a_chosen_role_goes_with_its_session(session):
    at = timezone.now() - settings.KEEP_SESSIONS - SOON
    kept = ChosenRole.objects.create(session_id=session.pk, person_roleid="1", request_id=uuid4(), at=at)
    assert purged(
        ChosenRole, ChosenRole.objects.create(session_id=uuid4(), person_roleid="1", request_id=uuid4(), at=at), kept
    )


def test_a_settled_logout_goes_after_ninety_days_and_one_that_is_not_stays(client_, person):
    old, young = around(settings.KEEP_LOGOUTS)
    more = {"client": client_, "profile": person, "over_at": timezone.now() + timedelta(hours=1)}
    for state in State:
        for at in (old, young):
            Logout.objects.create(session_id=uuid4(), state=state, made_at=at, **more)
    jobs.purge.func(timestamp=0)
    assert set(Logout.objects.filter(made_at=old).values_list("state", flat=True)) == {State.LISTENING, State.DUE}
    assert Logout.objects.filter(made_at=young).count() == len(State)


def test_nothing_else_goes(client_, session):
    jobs.purge.func(timestamp=0)
    assert (Client.objects.count(), Session.objects.count(), SignIn.objects.count()) == (1, 1, 1)


def test_it_runs_every_ten_minutes_and_the_telling_each_three_seconds_one_at_a_time():
    due = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert (due["provider.purge"], due["provider.tell_due"]) == ("*/10 * * * *", "* * * * * */3")
    for name in ("provider.purge", "provider.tell_due"):
        assert app.tasks[name].queueing_lock == name
