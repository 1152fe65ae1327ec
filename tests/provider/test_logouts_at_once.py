"""Two workers at once: each logout is queued once and noted once."""

import pytest
from django.conf import settings as django_settings
from django.db import connection

from careid.trail.models import Event
from provider import logouts, telling
from provider.models import Logout
from sign_in import sessions
from sign_in.words import Ended
from tests.provider.listening import a_client, listener, used_by
from tests.sign_in.test_sessions import come_in, stored
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hears(settings):
    with listener() as one:
        settings.FETCH_INSIDE = [one.host]
        yield one


@pytest.fixture
def rows(make_person, hears):
    client, rows = a_client(address=hears.address), []
    for _ in range(6):
        session = come_in(stored(make_person())).session
        rows.append(used_by(client, session, django_settings.SESSION_LIFE))
        sessions.end(session=session, by="person", reason=Ended.SIGNED_OUT)
    return rows


def jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'provider.tell'")
        return cursor.fetchone()[0]


def test_each_is_queued_by_one_of_them(rows, monkeypatch):
    monkeypatch.setattr(logouts, "AT_ONCE", 2)
    assert sum(together([logouts.mark_due] * 4)) == len(rows) == jobs()


def test_what_two_tell_at_once_is_noted_once(rows, hears):
    logouts.mark_due()
    together([lambda: telling.tell(str(rows[0].pk))] * 3)
    assert len(hears.heard) >= 1
    assert Event.objects.filter(name="logout.told").count() == 1
    assert Logout.objects.get(pk=rows[0].pk).tries == 1
