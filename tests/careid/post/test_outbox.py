import asyncio
import os
import subprocess
import sys
import time
import traceback
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from careid.post import delivering, outbox
from careid.post import jobs as jobs_module
from careid.post.models import Mail
from careid.trail.models import Event
from tests.fakes import smtp
from tests.faults import town
from tests.visitors import post

pytestmark = pytest.mark.django_db
NOTICE = {"minutes": 10, "code": "012345"}


@pytest.fixture
def sink(settings):
    with smtp.running() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 2
        yield sink


def queue(person, **more):
    return outbox.send("code", profile=person, context=NOTICE, **more)


def state(one):
    one.refresh_from_db()
    return one.state


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text, priority FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def test_a_mail_is_sent_through_a_real_server_and_wiped(sink, person):
    one = queue(person, reference="7K4-Q2M")
    delivering.deliver(str(one.pk))
    [sent] = sink.messages
    assert sent["To"] == person.email
    assert sent["Message-ID"] == f"<{one.pk}@careid.example>"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Subject"].startswith("Care ID: ")
    assert "012345" in sent.get_content()
    assert "012345" not in sent["Subject"]
    assert "http" not in sent.get_content()
    assert state(one) == "sent"
    assert one.content is None


def test_while_it_waits_nobody_can_read_it_and_its_job_holds_an_id_alone(person):
    one = queue(person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM careid_mail")
        sealed = bytes(cursor.fetchone()[0])
    assert b"012345" not in sealed
    assert person.email.encode() not in sealed
    assert jobs() == [(f'{{"mail_id": "{one.pk}"}}', 0)]


def test_a_mail_and_its_job_share_the_fate_of_the_change(person):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue(person)
        raise ZeroDivisionError
    assert not Mail.objects.exists()
    assert jobs() == []


def test_a_code_goes_before_a_notice(person):
    queue(person)
    queue(person, good_for=timedelta(minutes=7))
    assert [priority for _, priority in jobs()] == [0, 1]


def test_a_mail_that_was_sent_is_not_sent_again(sink, person):
    one = queue(person)
    for _ in range(3):
        delivering.deliver(str(one.pk))
    assert len(sink.messages) == 1


def test_a_decoy_is_dropped(sink):
    one = outbox.send("code", profile=None, context=NOTICE)
    delivering.deliver(str(one.pk))
    assert sink.messages == []
    assert state(one) == "dropped"
    assert one.content is None


def test_what_the_server_refuses_for_good_is_failed_and_told(sink, person):
    sink.answer = "550 no such mailbox"
    one = queue(person)
    delivering.deliver(str(one.pk))
    assert (state(one), one.answer, one.content) == ("failed", "550", None)
    assert Event.objects.get(name="mail.failed").details == {"template": "code", "answer": "550"}


@pytest.mark.parametrize("where", ["answer", "data_answer"])
def test_what_it_refuses_for_a_while_is_tried_after_1_5_30_minutes_2_and_12_hours_and_then_dead(where, sink, person):
    setattr(sink, where, "451 try later")
    one = queue(person)
    waits = []
    for _ in range(5):
        with pytest.raises(delivering.TryLater) as again:
            delivering.deliver(str(one.pk))
        waits.append(again.value.after)
    assert waits == [
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=12),
    ]
    delivering.deliver(str(one.pk))
    assert state(one) == "failed"


def test_a_code_that_is_refused_for_a_while_is_tried_every_few_seconds_while_it_lives(sink, person):
    sink.answer = "451 try later"
    one = queue(person, good_for=timedelta(minutes=7))
    for _ in range(8):
        with pytest.raises(delivering.TryLater) as again:
            delivering.deliver(str(one.pk))
        assert again.value.after <= timedelta(seconds=5)
    Mail.objects.update(not_after=F("not_after") - timedelta(minutes=8))
    delivering.deliver(str(one.pk))
    assert state(one) == "expired"


@pytest.mark.parametrize("web", [-1, 0, 1])
@pytest.mark.parametrize("worker", [-1, 0, 1])
def test_clocks_an_hour_out_change_nothing_about_when_a_code_is_sent(web, worker, sink, person):
    with time_machine.travel(timezone.now() + timedelta(hours=web)):
        good, late = (queue(person, good_for=timedelta(minutes=7)) for _ in range(2))
    Mail.objects.filter(pk=late.pk).update(not_after=F("not_after") - timedelta(minutes=8))
    with time_machine.travel(timezone.now() + timedelta(hours=worker)):
        for one in (good, late):
            delivering.deliver(str(one.pk))
    assert (state(good), state(late)) == ("sent", "expired")


def test_a_worker_whose_clock_is_an_hour_out_comes_back_when_it_should(sink, person):
    sink.answer = "451 try later"
    one = queue(person)
    at = timezone.now() + delivering.AFTER_REFUSAL[0]
    with time_machine.travel(timezone.now() + timedelta(hours=1)), pytest.raises(delivering.TryLater) as again:
        delivering.deliver(str(one.pk))
    decided = jobs_module.AsItAsks().get_retry_decision(exception=again.value, job=None).retry_at
    assert abs(decided - at) < timedelta(seconds=30)


def test_a_server_that_cannot_be_reached_is_probed_by_one_and_the_others_wait(settings, person):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for _ in range(2):
        with pytest.raises(delivering.TryLater) as again:
            delivering.deliver(str(queue(person).pk))
        assert again.value.after == timedelta(seconds=30)
    assert Mail.objects.filter(refusals=0).count() == 2
    assert set(Mail.objects.values_list("state", flat=True)) == {"queued"}


def test_what_the_server_says_of_an_address_is_in_no_traceback(sink, person):
    for sink.answer in (f"451 <{person.email}> is busy", "421 closing"):
        with pytest.raises(delivering.TryLater) as again:
            delivering.deliver(str(queue(person).pk))
        assert person.email not in "".join(traceback.format_exception(again.value))
        delivering._unreachable_until = 0.0


def test_a_mail_that_failed_is_no_longer_readable_and_purged_in_time(sink, person, settings):
    sink.answer = "550 no"
    one = queue(person)
    delivering.deliver(str(one.pk))
    Mail.objects.update(queued_at=timezone.now() - settings.KEEP_MAILS - timedelta(days=1))
    jobs_module.purge.func(timestamp=0)
    assert not Mail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_delivers_and_the_jobs_of_a_killed_one_are_picked_up(person):
    """Real processes: one is killed while the server holds its mail, another finishes the work."""
    with smtp.running() as sink:
        hold = asyncio.Event()

        async def slow(server, session, envelope):
            if not sink.messages:
                sink.messages.append(None)
                await hold.wait()
            return await smtp.Sink.handle_DATA(sink, server, session, envelope)

        sink.handle_DATA = slow
        one = queue(person)
        first = start_worker(sink)
        try:
            wait_for(lambda: sink.messages, first)
        finally:
            first.kill()
            first.wait()
        with connection.cursor() as cursor:  # as if half a minute had passed
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        second = start_worker(sink, **town.clock_out(3600))  # its own clock does not matter
        try:
            wait_for(lambda: state(one) == "sent", second)
        finally:
            second.terminate()
            second.wait(60)
    assert [sent["Message-ID"] for sent in sink.messages[1:]] == [f"<{one.pk}@careid.example>"]


def start_worker(sink, **more):
    from django.conf import settings

    name = settings.DATABASES["default"]["NAME"]
    environment = {
        **os.environ,
        **more,
        "EMAIL_URL": sink.url,
        "DATABASE_URL": os.environ["DATABASE_URL"].replace("/careid?", f"/{name}?"),
    }
    return subprocess.Popen([sys.executable, "manage.py", "worker"], env=environment)


def wait_for(condition, worker):
    end = time.monotonic() + 120  # seconds: on a busy machine it takes half a minute to start
    while not condition():
        assert worker.poll() is None, "the worker ended"
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def test_post_helper_delivers_what_is_queued(person):
    queue(person)
    assert len(post()) == 1
