"""A session by which nobody is here any more is marked as ended within seconds, with its reason and its event."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authenticators import actions, reports
from careid.people.models import Profile
from careid.post import not_me
from careid.trail.models import Event
from enrolment import vouching
from enrolment.models import Attempt
from profiles import closing
from sign_in import jobs, sweeping
from sign_in.models import Session, SignIn
from tests.sign_in.test_sessions import come_in, stored

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=30)
LATER = timedelta(hours=20)


@pytest.fixture
def here(person):
    return come_in(stored(person)).session


def seen(ago):
    Session.objects.update(last_seen_at=timezone.now() - ago)


def signed_in(ago):
    Session.objects.update(started_at=timezone.now() - ago)
    SignIn.objects.update(at=timezone.now() - ago)


def reinstated(one):
    actions.suspend(authenticator=one, by="admin:7", reason="lost")
    actions.reinstate(authenticator=one, by="admin:9", reason="found")


def held(one):
    type(one).objects.update(usable_from=timezone.now() + LATER)


# What happens to a session of this authenticator, and why it is over then; empty where it goes on.
HAPPENS = {
    "nothing": (lambda one: None, ""),
    "soon idle": (lambda one: seen(settings.SESSION_IDLE - SOON), ""),
    "idle": (lambda one: seen(settings.SESSION_IDLE), "idle"),
    "soon too old": (lambda one: signed_in(settings.SESSION_LIFE - SOON), ""),
    "too old": (lambda one: signed_in(settings.SESSION_LIFE), "over"),
    "revoked": (lambda one: actions.revoke(authenticator=one, by="admin:7", reason="lost"), "not_usable"),
    "suspended": (lambda one: actions.suspend(authenticator=one, by="admin:7", reason="lost"), "not_usable"),
    "reinstated": (reinstated, "not_usable"),
    "held": (held, "not_usable"),
    "closed": (lambda one: closing.close(profile=one.profile, by="admin:7", reason="leaver"), "not_usable"),
    "reported": (lambda one: Profile.objects.update(reported_at=timezone.now()), "not_usable"),
}


@pytest.mark.parametrize("what", HAPPENS)
def test_what_the_next_request_would_find_dead_is_found_and_nothing_else(what, here):
    happens, why = HAPPENS[what]
    happens(here.newest.authenticator)
    assert sweeping.sweep(thoroughly=True) == bool(why)
    after = Session.objects.get()
    assert (after.ended_reason, after.ended_at is None) == (why, not why)
    told = Event.objects.filter(name="session.ended").values_list("reason", "actor", "profile_id", "authenticator_id")
    assert list(told) == ([(why, "system", here.profile_id, here.newest.authenticator_id)] if why else [])


def reported(one):
    reports.report(token=not_me.link(one.profile, address=one.profile.email, authenticator_id=one.pk).split("/")[-2])


@pytest.mark.parametrize("what", ["idle", "too old", "revoked", "suspended", "reinstated", "closed", reported])
def test_within_seconds_it_is_found_by_what_the_trail_tells_of_late(what, here):
    happens = what if callable(what) else HAPPENS[what][0]
    happens(here.newest.authenticator)
    assert sweeping.sweep() == 1


def test_what_was_missed_while_no_worker_ran_is_found_within_minutes(here):
    actions.revoke(authenticator=here.newest.authenticator, by="admin:7", reason="lost")
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert sweeping.sweep() == 0
        jobs.purge.func(timestamp=0)
    assert Session.objects.get().ended_reason == "not_usable"


def test_it_is_told_once_and_by_whoever_comes_first(here):
    seen(settings.SESSION_IDLE)
    jobs.end_dead.func(timestamp=0)
    jobs.end_dead.func(timestamp=0)
    assert Event.objects.filter(name="session.ended").count() == 1


def test_many_end_some_at_a_time_by_as_many_statements_as_one(make_person, monkeypatch):
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    for _ in range(5):
        come_in(stored(make_person()))
    seen(settings.SESSION_IDLE)
    with CaptureQueriesContext(connection) as asked:
        assert sweeping.sweep() == 5
    assert sum('UPDATE "sign_in_session"' in one["sql"] for one in asked) == 3
    assert sum("INSERT INTO careid_event" in one["sql"] for one in asked) == 3
    assert not Session.objects.filter(ended_at=None).exists()


def test_what_a_session_vouched_for_ends_with_it(here):
    by = here.newest.authenticator_id
    vouching.begin(profile=here.profile, session_id=here.pk, vouched_by=by, closes_at=here.deadline, replaces=None)
    seen(settings.SESSION_IDLE)
    sweeping.sweep()
    assert Attempt.objects.get().ended_at


def test_the_job_runs_each_four_seconds_one_at_a_time():
    from procrastinate.contrib.django import app

    due = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert due["sign_in.end_dead"] == "* * * * * */4"
    assert app.tasks["sign_in.end_dead"].queueing_lock == "sign_in.end_dead"


def test_a_session_that_is_used_at_that_moment_goes_on(here):
    seen(settings.SESSION_IDLE)
    found = sweeping.dead(timezone.now())
    Session.objects.update(last_seen_at=F("last_seen_at") + settings.SESSION_IDLE)
    assert not found.exists()
