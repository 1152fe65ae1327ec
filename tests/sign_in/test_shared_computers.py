"""Whoever comes to a shared computer next is told nothing of the one before, whatever its cookies still name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authenticators.models import Authenticator
from enrolment.models import Attempt
from sign_in import sessions, visits
from sign_in.browser import Browser
from sign_in.models import Visit
from sign_in.words import Why
from tests import kinds

pytestmark = pytest.mark.django_db
KIND = kinds.some_kind()


@pytest.fixture
def mine(person):
    return Authenticator.objects.create(
        profile=person, kind=KIND, external_id="1", material={}, added_by="person", name="Ama's phone"
    )


@pytest.fixture
def computer(mine):
    """A browser in which they are signed in."""
    client = Client()
    client.cookies["careid-session"] = sessions.open(visit=visits.begin(), authenticator=mine, browser=Browser()).token
    return client


def on(visit, client):
    client.cookies["careid-visit"] = visit.token
    return client


def page(client, name):
    return client.get(reverse(name), follow=True).content.decode()


def test_after_a_sign_out_it_is_not_told_that_what_they_have_works(computer, mine, person):
    visit = visits.begin(purpose="works", profile=person, authenticator_id=mine.pk, then="sign-in-works")
    opened = sessions.open(visit=visit, authenticator=mine, browser=Browser())
    on(visit, computer).cookies["careid-session"] = opened.token
    assert "It works" in page(computer, "sign-in-works")
    computer.post(reverse("sign-out"))
    assert str(mine) not in page(computer, "sign-in-works")


def test_after_a_sign_out_their_address_does_not_stand_in_its_field(computer, mine, person):
    on(visits.begin(profile=person, fresh=True), computer)
    assert person.email in page(computer, "sign-in")
    computer.post(reverse("sign-out"))
    assert person.email not in page(computer, "sign-in")


def test_after_they_have_finished_adding_their_address_does_not_stand_in_its_field(visitor, person):
    visitor.enrol(person)
    visitor.client.post(reverse("sign-in-works"))
    assert person.email in visitor.page(reverse("sign-in"))
    visitor.client.post(reverse("finish", args=[Authenticator.objects.get().pk]))
    assert Attempt.objects.get().ended_at
    assert person.email not in visitor.page(reverse("sign-in"))


@pytest.mark.parametrize("later", ["signed in", "over"])
def test_why_they_were_not_let_in_is_told_to_nobody_afterwards(later, client, mine):
    visit = visits.begin()
    visits.refuse(visit=visit, reason=Why.SUSPENDED, kind=KIND, authenticator_id=mine.pk)
    assert "It is stopped for now" in page(on(visit, client), "sign-in-refused")
    if later == "over":
        Visit.objects.update(started_at=timezone.now() - timedelta(minutes=15))
    else:
        sessions.open(visit=visit, authenticator=mine, browser=Browser())
    assert "It is stopped for now" not in page(client, "sign-in-refused")
