"""From a person's page in a move on to apply: by a press alone, and by one link that leads on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apply import links
from apply.models import Invitation
from careid.post.models import Mail
from careid.trail.models import Event
from moves import applying
from tests.moves import made
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invited(organisation):
    """Somebody in a move whose invitation has these fields, which has the link of its row."""

    def make(**fields):
        invitation = made.invitation(organisation, **fields)
        Invitation.objects.filter(pk=invitation.pk).update(token_hash=links.digest(invitation))
        return made.person(made.move(), email=invitation.email, invitation=invitation)

    return make


@pytest.mark.parametrize("state", ["sent", "opened", "proved"])
def test_one_that_lives_leads_on_by_its_own_link_and_stays_as_it_is(invited, state):
    one = invited(state=state)
    link = applying.go_on(person=one)
    assert links.find(link.split("/")[-2]) == one.invitation
    assert (links.find(link.split("/")[-2]).sends, Event.objects.count()) == (1, 0)


def test_a_press_leads_there(invited):
    one = invited()
    answer = Client().post(made.link(one), {"apply": "1"})
    assert (answer.status_code, answer.url) == (302, links.give(one.invitation))


@pytest.mark.parametrize("state", ["expired", "sent"])
def test_one_that_ran_out_gets_another_life_and_no_mail_whether_or_not_that_was_noted(invited, state):
    one = invited(state=state, expires_at=timezone.now() - timedelta(days=1))
    link = applying.go_on(person=one)
    renewed = links.find(link.split("/")[-2])
    assert (renewed.pk, renewed.state, renewed.sends) == (one.invitation_id, "sent", 2)
    assert renewed.expires_at > timezone.now() + timedelta(days=27)
    assert Mail.objects.count() == 0
    assert Event.objects.get(name="invitation.resent").actor == "person"
    assert applying.go_on(person=one) == link


@pytest.mark.parametrize("state", ["blocked", "cancelled", "rejected", "submitted", "found", "approved"])
def test_what_whoever_invited_must_renew_leads_nowhere(invited, state):
    one = invited(state=state)
    assert applying.go_on(person=one) == ""
    assert Client().post(made.link(one), {"apply": "1"}).url == made.link(one)
    assert Invitation.objects.get().state == state


def test_who_was_not_invited_is_led_nowhere(organisation):
    assert applying.go_on(person=made.person(made.move())) == ""


@pytest.mark.parametrize("state", ["expired", "cancelled"])
def test_who_was_invited_again_meanwhile_goes_on_by_that(invited, organisation, state):
    one = invited(state=state, expires_at=timezone.now() - timedelta(days=1))
    newer = made.invitation(organisation, email=one.email)
    assert links.find(applying.go_on(person=one).split("/")[-2]) == newer
    assert Invitation.objects.get(pk=one.invitation_id).state == state


def test_another_organisations_invitation_is_not_theirs(invited, organisation):
    one = invited(state="cancelled")
    other = type(organisation).objects.create(code="RX2", name="Hillside Surgery")
    made.invitation(other, email=one.email)
    assert applying.go_on(person=one) == ""


def test_of_two_presses_at_once_both_lead_to_the_one_new_link(invited):
    one = invited(state="expired", expires_at=timezone.now() - timedelta(days=1))
    calls = [lambda: applying.go_on(person=one)] * 2
    first, second = at_once(calls, held=Invitation.objects.filter(pk=one.invitation_id))
    assert first == second == links.give(Invitation.objects.get())
    assert Invitation.objects.get().sends == 2


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_a_move_that_is_over_renews_nothing(invited, state):
    one = invited(state="expired", expires_at=timezone.now() - timedelta(days=1))
    type(one.move).objects.update(state=state)
    assert Client().post(made.link(one), {"apply": "1"}).url == made.link(one)
    assert Invitation.objects.get().state == "expired"


def test_who_answered_no_meanwhile_is_led_on_all_the_same(invited):
    one = invited()
    Client().post(made.link(one), {"answer": "no_mfa"})
    assert applying.go_on(person=one)
