"""Reminders: after 7 and 21 days, by the same link, while the link leads on and nobody else reminds."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apply import inviting, jobs, links, reminding
from apply.models import Invitation
from careid.post.models import Mail
from careid.trail.models import Event
from tests.threads import together

pytestmark = pytest.mark.django_db
State = Invitation.State
SOON = timedelta(minutes=1)


def put(invitation, **fields):
    Invitation.objects.filter(pk=invitation.pk).update(**fields)
    return invitation


def after(days, *more):
    with time_machine.travel(timezone.now() + timedelta(days=days) + sum(more, timedelta())):
        jobs.remind.func(timestamp=0)
    return Mail.objects.filter(template="apply_reminder").count()


def test_it_comes_after_7_and_21_days_once_each_with_the_link_that_was_sent(invitation):
    told = [after(7, -SOON), after(7, SOON), after(7, SOON), after(21, -SOON), after(21, SOON), after(27)]
    assert told == [0, 1, 1, 1, 2, 2]
    for mail in Mail.objects.filter(template="apply_reminder"):
        assert mail.content["to"] == invitation.email
        assert all(word in mail.content["body"] for word in (links.give(invitation), invitation.reference, "Riverside"))
    kept = list(Event.objects.filter(name="invitation.reminded").values_list("actor", "reference", "organisation"))
    assert kept == [("system", invitation.reference, "RX1")] * 2


def test_who_missed_the_first_one_gets_the_last_alone(invitation):
    assert after(22) == after(23) == 1
    assert Invitation.objects.get().reminded == 2


@pytest.mark.parametrize("state", State.values)
def test_those_alone_are_reminded_whose_link_leads_on(invitation, state):
    put(invitation, state=state)
    assert after(8) == (state in {State.SENT, State.OPENED, State.PROVED})


@pytest.mark.parametrize("fields", [{"reminds": False}, {"expires_at": timezone.now() + timedelta(days=7)}])
def test_nobody_is_reminded_of_what_ran_out_or_where_something_else_reminds(invitation, fields):
    put(invitation, **fields)
    assert after(8) == 0


def test_an_invitation_that_is_sent_again_is_reminded_of_as_a_new_one(invitation):
    assert after(8) == 1
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        inviting.resend(invitation=invitation, by="admin:7")
    assert [after(15), after(16, SOON)] == [1, 2]


def test_an_end_stops_the_reminder_that_waits(invitation):
    after(8)
    inviting.cancel(invitation=invitation, by="admin:7", reason="not_needed")
    assert set(Mail.objects.values_list("state", flat=True)) == {Mail.State.DROPPED}


@pytest.mark.django_db(transaction=True)
def test_rounds_at_once_remind_each_once(make_invitation):
    for _ in range(20):
        put(make_invitation(), sent_at=timezone.now() - timedelta(days=8))
    assert sum(together([reminding.remind] * 4)) == 20
    assert Mail.objects.filter(template="apply_reminder").count() == 20
    assert Event.objects.filter(name="invitation.reminded").count() == 20


def test_the_mails_keep_to_what_a_mail_server_bears(make_invitation, settings):
    settings.MAILS_AN_HOUR = 60
    for _ in range(3):
        make_invitation()
    after(8)
    first, *_, last = Mail.objects.filter(template="apply_reminder").order_by("queued_at")
    assert last.queued_at - first.queued_at == timedelta(minutes=2)


@pytest.mark.parametrize("many", [2, 20])
def test_a_round_asks_as_much_of_the_database_for_many_as_for_few(many, make_invitation, django_assert_max_num_queries):
    for _ in range(many):
        make_invitation()
    with time_machine.travel(timezone.now() + timedelta(days=8)), django_assert_max_num_queries(25):
        assert reminding.remind() == many
