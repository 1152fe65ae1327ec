"""What the doctor says of signing in: whether sessions end, and whether people get in."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from careid.finding import Amiss
from careid.trail.models import Event
from operating.doctor import work
from sign_in import sweeping
from sign_in.models import Session
from tests.sign_in.test_sessions import come_in, stored

pytestmark = pytest.mark.django_db


def tried(outcome, count, **fields):
    name = {"ok": "sign_in.succeeded", "refused": "sign_in.refused"}[outcome]
    Event.objects.bulk_create(Event(name=name, outcome=outcome, actor="person", **fields) for _ in range(count))


def test_a_session_that_is_over_and_was_not_ended_is_looked_at(person):
    assert work.sessions() == "0 sessions open, none overdue"
    come_in(stored(person))
    for overdue in (1, 119):
        Session.objects.update(last_seen_at=timezone.now() - settings.SESSION_IDLE - timedelta(seconds=overdue))
        assert work.sessions() == "1 session open, none overdue"
    Session.objects.update(last_seen_at=timezone.now() - settings.SESSION_IDLE - timedelta(minutes=3))
    with pytest.raises(Amiss, match="over since 3 minutes"):
        work.sessions()
    sweeping.sweep()
    assert work.sessions() == "0 sessions open, none overdue"


def test_many_who_are_refused_are_looked_at_where_fewer_get_in(db):
    tried("refused", work.REFUSED_MOST)
    tried("refused", 50, at=timezone.now() - timedelta(minutes=61))
    assert work.sign_ins() == "0 let in and 100 refused in the last hour"
    tried("refused", 1)
    with pytest.raises(Amiss, match="0 let in and 101 refused"):
        work.sign_ins()
    tried("ok", 101)
    assert work.sign_ins().startswith("101 let in")
