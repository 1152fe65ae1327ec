"""What goes to many goes so many an hour, and can be stopped as a whole."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from careid.post import outbox
from careid.post.models import Mail
from tests import threads

pytestmark = pytest.mark.django_db


def send(person, many, about="", an_hour=120):
    with outbox.together(an_hour=an_hour):
        for _ in range(many):
            outbox.send("code", profile=person, context={"minutes": 10, "code": "012345"}, about=about)


def minutes(since):
    rows = Mail.objects.values_list("queued_at", flat=True)
    return Counter(round((at - since).total_seconds() / 60) for at in rows)


def test_so_many_an_hour_go_a_minute_s_worth_at_a_time(person):
    now = timezone.now()
    send(person, 5)
    assert minutes(now) == {0: 2, 1: 2, 2: 1}


@pytest.mark.parametrize(("an_hour", "each", "slot"), [(30, 1, 120), (119, 1, 30.2521), (20_000, 333, 59.94)])
def test_a_rate_that_no_minute_divides_is_kept(person, an_hour, each, slot):
    send(person, 2 * each + 1, an_hour=an_hour)
    first, *later = sorted(set(Mail.objects.values_list("queued_at", flat=True)))
    assert [(one - first).total_seconds() for one in later] == pytest.approx([slot, 2 * slot], abs=0.001)
    assert Mail.objects.filter(queued_at=first).count() == each


def test_at_most_so_many_go_in_any_hour(person):
    send(person, 119, an_hour=119)
    send(person, 119, an_hour=119)
    times = sorted(Mail.objects.values_list("queued_at", flat=True))
    assert all(later - one >= timedelta(hours=1) for one, later in zip(times, times[119:], strict=False))


def test_what_comes_later_waits_behind_what_waits_already(person):
    now = timezone.now()
    send(person, 5)
    send(person, 4)
    assert minutes(now) == {0: 2, 1: 2, 2: 2, 3: 2, 4: 1}


def test_a_minute_that_has_had_its_worth_takes_no_more_though_all_of_it_was_sent(person):
    now = timezone.now()
    send(person, 1)
    Mail.objects.update(state="sent", content=None)
    send(person, 1)
    send(person, 1)
    assert minutes(now) == {0: 2, 1: 1}
    Mail.objects.update(state="sent", content=None, queued_at=now - timedelta(minutes=1, seconds=1))
    send(person, 2)
    assert minutes(now) == {-1: 3, 0: 2}


@pytest.mark.django_db(transaction=True)
def test_two_that_spread_at_once_keep_the_pace_together(person):
    now = timezone.now()
    threads.together([lambda: transaction.atomic(send)(person, 3)] * 4)
    assert minutes(now) == dict.fromkeys(range(6), 2)


def test_each_mail_is_delivered_when_it_is_its_turn(person):
    send(person, 3)
    due = dict(ProcrastinateJob.objects.filter(task_name=outbox.DELIVER).values_list("args__mail_id", "scheduled_at"))
    assert due == {str(mail.pk): mail.queued_at for mail in Mail.objects.all()}
    assert {job.priority for job in ProcrastinateJob.objects.filter(task_name=outbox.DELIVER)} == {-1}


def test_what_waits_of_one_thing_is_dropped_and_nothing_else(person):
    send(person, 3, about="move:1")
    send(person, 1, about="move:2")
    Mail.objects.filter(pk=Mail.objects.filter(about="move:1").first().pk).update(
        state=Mail.State.SENT, content=None, settled_at=timezone.now() - timedelta(minutes=1)
    )
    dropped = outbox.drop(about="move:1")
    assert len(dropped) == 2
    assert set(Mail.objects.filter(state=Mail.State.DROPPED).values_list("pk", flat=True)) == set(dropped)
    assert Mail.objects.filter(state=Mail.State.QUEUED).count() == 1
    assert outbox.drop(about="move:1") == []
