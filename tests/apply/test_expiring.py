"""Invitations run out by themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apply import expiring, jobs
from apply.models import Invitation
from careid.trail.models import Event
from tests.threads import together

pytestmark = pytest.mark.django_db
State = Invitation.State
SECOND = timedelta(seconds=1)


def put(invitation, **fields):
    Invitation.objects.filter(pk=invitation.pk).update(**fields)


@pytest.mark.parametrize("state", State.values)
def test_what_could_still_lead_on_ends_with_its_time_and_nothing_else_changes(invitation, state):
    put(invitation, state=state, expires_at=timezone.now() - SECOND, browser_hash=b"x" * 32, code_digest=b"y" * 32)
    live = state in {State.SENT, State.OPENED, State.PROVED}
    jobs.expire.func(timestamp=0)
    row = Invitation.objects.get()
    assert row.state == (State.EXPIRED if live else state)
    assert [row.browser_hash is None, row.code_digest is None, row.ended_at is not None] == [live] * 3
    events = Event.objects.filter(name="invitation.expired").values_list("actor", "reference", "organisation")
    assert list(events) == [("system", row.reference, "RX1")] * live


def test_it_lives_until_its_very_time(invitation):
    put(invitation, expires_at=timezone.now() + timedelta(minutes=1))
    assert expiring.expire() == 0
    assert Invitation.objects.get().state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_rounds_at_once_end_each_once(make_invitation):
    for _ in range(20):
        put(make_invitation(), expires_at=timezone.now() - SECOND)
    assert sum(together([expiring.expire] * 4)) == 20
    assert Event.objects.filter(name="invitation.expired").count() == 20
