"""The roles of web and worker sign people in and out: new tables are theirs to write as soon as they are granted."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from careid.trail.models import Event
from operating import grants
from sign_in import ending, jobs, sweeping
from sign_in.models import KnownBrowser, Session, SignIn, Visit
from tests.operating.roles import acting_as
from tests.sign_in.test_sessions import come_in, stored


@pytest.mark.parametrize("model", [Visit, Session, SignIn, KnownBrowser])
def test_each_table_of_signing_in_is_known(model):
    assert model._meta.db_table in grants.known_tables()


def test_the_webs_role_lets_people_in_and_out(role, person):
    one = stored(person)
    with acting_as(role):
        come_in(one)
        assert ending.everywhere(profile=person, by="admin:7", reason="leaver") == 1
    assert set(Event.objects.values_list("name", flat=True)) == {"sign_in.succeeded", "session.ended"}


def test_it_ends_what_is_over_and_forgets_what_is_old(role, person):
    come_in(stored(person))
    Session.objects.update(last_seen_at=timezone.now() - settings.SESSION_IDLE)
    with acting_as(role):
        assert sweeping.sweep() == 1
        SignIn.objects.update(at=timezone.now() - settings.KEEP_SIGN_INS - timedelta(days=1))
        jobs.purge.func(timestamp=0)
    assert not Session.objects.exists()
