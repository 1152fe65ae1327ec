"""What is past its time is deleted, and nothing else."""

from datetime import timedelta

import pytest
from captcha.models import CaptchaStore
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authenticators.models import Authenticator
from careid.limits.models import LimitCount
from careid.people.models import Profile
from careid.people.uploads import Upload, UploadLine
from careid.post import jobs, outbox
from careid.post.models import Mail
from careid.storing import purging
from careid.trail.models import Event
from enrolment import jobs as enrolment_jobs
from enrolment.models import Attempt, EmailCode
from sign_in import jobs as sign_in_jobs
from sign_in import visits
from sign_in.models import KnownBrowser, Session, SignIn, Visit
from tests.sign_in.test_sessions import come_in, stored
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


def ago(**units):
    return timezone.now() - timedelta(**units)


def test_an_attempt_goes_a_day_after_it_started_with_its_code_and_nothing_else(person, make_person):
    old, young = Visitor(), Visitor()
    old.enrol(person)
    young.details(make_person())
    first, second = Attempt.objects.order_by("started_at")
    Attempt.objects.filter(pk=first.pk).update(started_at=ago(hours=24) - SOON)
    Attempt.objects.filter(pk=second.pk).update(started_at=ago(hours=24) + SOON, ended_at=timezone.now())
    left = [Event.objects.count(), Mail.objects.count(), LimitCount.objects.count()]
    enrolment_jobs.purge.func(timestamp=0)
    assert Attempt.objects.get().pk == second.pk
    assert EmailCode.objects.get().attempt_id == second.pk
    assert (Authenticator.objects.count(), Profile.objects.count()) == (1, 2)
    assert [Event.objects.count(), Mail.objects.count(), LimitCount.objects.count()] == left


def test_a_counter_goes_30_days_after_its_window(db):
    now = timezone.now()
    for name, until in {"due": ago(days=30) - SOON, "over": ago(days=30) + SOON, "running": now + SOON}.items():
        LimitCount.objects.create(limit=name, subject=b"x", until=until, count=1)
    jobs.purge.func(timestamp=0)
    assert set(LimitCount.objects.values_list("limit", flat=True)) == {"over", "running"}


def test_a_mail_that_is_settled_goes_after_90_days_and_one_that_waits_stays(person):
    def make(template, state, queued_at):
        one = outbox.send("code", profile=person, context={"minutes": 10, "code": "012345"})
        if state != "queued":
            Mail.objects.filter(pk=one.pk).update(state=state, content=None)
        Mail.objects.filter(pk=one.pk).update(template=template, queued_at=queued_at)

    old, young = ago(days=90) - SOON, ago(days=90) + SOON
    for state in ("sent", "failed", "dropped", "expired"):
        make(f"old {state}", state, old)
        make(f"young {state}", state, young)
    make("old waiting", "queued", old)
    jobs.purge.func(timestamp=0)
    assert set(Mail.objects.values_list("template", flat=True)) == {
        *("young sent", "young failed", "young dropped", "young expired", "old waiting"),
    }


def test_a_file_that_the_desk_was_given_goes_after_7_days_with_its_lines(db):
    for at in (ago(days=7) - SOON, ago(days=7) + SOON):
        upload = Upload.objects.create(purpose=Upload.Purpose.PEOPLE, by="admin:1", at=at, state=Upload.State.DONE)
        UploadLine.objects.create(upload=upload, number=2, email="ama@example.nhs.uk")
    jobs.purge.func(timestamp=0)
    assert Upload.objects.get() == upload
    assert UploadLine.objects.get().upload == upload


def test_a_picture_goes_when_it_can_no_longer_be_answered(db):
    now = timezone.now()
    due, alive = (
        CaptchaStore.objects.create(challenge="ABC34", response="abc34", expiration=now + away)
        for away in (-SOON, SOON)
    )
    jobs.purge.func(timestamp=0)
    assert CaptchaStore.objects.get().pk == alive.pk != due.pk


def test_what_is_past_its_time_goes_some_at_a_time_until_none_is_left(db, monkeypatch):
    monkeypatch.setattr("careid.storing.purging.AT_ONCE", 2)
    for subject in (b"1", b"2", b"3", b"4", b"5"):
        LimitCount.objects.create(limit="due", subject=subject, until=ago(days=31), count=1)
    with CaptureQueriesContext(connection) as asked:
        assert purging.purge(LimitCount.objects.filter(limit="due")) == 5
    assert sum(one["sql"].startswith("DELETE") for one in asked) == 3
    assert not LimitCount.objects.exists()


def test_the_purges_run_every_ten_minutes_one_at_a_time():
    from procrastinate.contrib.django import app

    due = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    for name in ("enrolment.purge", "careid.purge", "sign_in.purge", "apply.purge", "moves.purge"):
        assert due[name] == "*/10 * * * *"
        assert app.tasks[name].queueing_lock == name


def signed_in(person, at):
    """A session whose newest sign-in was at that time, and which was ended then."""
    session = come_in(stored(person)).session
    SignIn.objects.filter(session=session).update(at=at)
    Session.objects.filter(pk=session.pk).update(started_at=at, ended_at=at, ended_reason="signed_out")
    return session


def test_a_session_goes_90_days_after_its_newest_sign_in_and_nothing_else(person):
    old, young = signed_in(person, ago(days=90) - SOON), signed_in(person, ago(days=90) + SOON)
    events = Event.objects.count()
    sign_in_jobs.purge.func(timestamp=0)
    assert list(Session.objects.all()) == [young]
    assert set(SignIn.objects.values_list("session_id", flat=True)) == {young.pk, old.pk}
    assert (Event.objects.count(), Authenticator.objects.count()) == (events, 2)


def test_a_sign_in_goes_400_days_after_it_was(person):
    _, young = signed_in(person, ago(days=400) - SOON), signed_in(person, ago(days=400) + SOON)
    sign_in_jobs.purge.func(timestamp=0)
    assert list(SignIn.objects.values_list("session_id", flat=True)) == [young.pk]


def test_of_a_session_that_goes_on_only_the_old_sign_ins_go(person):
    session = come_in(stored(person)).session
    earlier = SignIn.objects.get()
    newest = SignIn.objects.create(
        **{field.attname: getattr(earlier, field.attname) for field in SignIn._meta.fields if not field.primary_key}
    )
    Session.objects.update(newest=newest)
    SignIn.objects.filter(pk=earlier.pk).update(at=ago(days=400) - SOON)
    sign_in_jobs.purge.func(timestamp=0)
    assert (SignIn.objects.get(), Session.objects.get()) == (newest, session)


def test_a_session_that_nobody_ended_is_ended_before_it_goes(person):
    signed_in(person, ago(days=500))
    Session.objects.update(ended_at=None, ended_reason="")
    sign_in_jobs.purge.func(timestamp=0)
    assert not Session.objects.exists()
    assert Event.objects.get(name="session.ended").actor == "system"


def test_a_try_to_sign_in_goes_a_day_after_it_began_and_what_it_came_to_stays(person):
    come_in(stored(person))
    old, young = Visit.objects.get(), visits.begin()
    Visit.objects.filter(pk=old.pk).update(started_at=ago(hours=24) - SOON)
    Visit.objects.filter(pk=young.pk).update(started_at=ago(hours=24) + SOON)
    sign_in_jobs.purge.func(timestamp=0)
    assert (Visit.objects.get(), SignIn.objects.count()) == (young, 1)


def test_a_browser_is_forgotten_400_days_after_somebody_last_signed_in_with_it(person, make_person):
    for one, last in ((person, ago(days=400) - SOON), (make_person(), ago(days=400) + SOON)):
        KnownBrowser.objects.create(token_hash=b"x" * 32, profile=one, last_at=last)
    sign_in_jobs.purge.func(timestamp=0)
    assert KnownBrowser.objects.get().profile != person
