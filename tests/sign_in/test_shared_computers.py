"""Whoever comes to a shared computer next is told nothing of the one before, whatever its cookies still name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authenticators.models import Authenticator
from careid.trail.models import Event
from enrolment.models import Attempt
from sign_in import sessions, visits
from sign_in.browser import Browser
from sign_in.models import Visit
from sign_in.words import Why
from tests import kinds
from tests.visitors import newest_code

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


def closed(visitor):
    """Whether nothing more is added by what this browser has proved."""
    return visitor.client.get(reverse("choose")).status_code == 302


@pytest.fixture
def adding(visitor, person):
    """Somebody who has proved by the mailed code who they are, and has not signed in."""
    visitor.details(person)
    visitor.code(newest_code())
    assert visitor.client.get(reverse("choose")).status_code == 200
    return visitor


@pytest.fixture
def site(settings, monkeypatch):
    with kinds.site(KIND, settings, monkeypatch):
        yield


def test_after_a_sign_out_nothing_is_added_by_a_code_that_they_typed_before(adding, mine):
    opened = sessions.open(visit=visits.begin(), authenticator=mine, browser=Browser())
    adding.client.cookies["careid-session"] = opened.token
    adding.client.post(reverse("sign-out"))
    assert closed(adding)
    assert Event.objects.get(name="attempt.ended").reason == "signed_out"


@pytest.mark.parametrize("button", ["account-sessions-end", "account-session-end"])
def test_nor_after_they_sign_out_from_their_account(button, adding, mine):
    opened = sessions.open(visit=visits.begin(), authenticator=mine, browser=Browser())
    adding.client.cookies["careid-session"] = opened.token
    here = [opened.session.pk] if button == "account-session-end" else []
    assert adding.client.post(reverse(button, args=here)).url == reverse("sign-out")
    assert closed(adding)


def test_signing_out_elsewhere_leaves_what_is_begun_here(adding, mine):
    there, opened = (sessions.open(visit=visits.begin(), authenticator=mine, browser=Browser()) for _ in range(2))
    adding.client.cookies["careid-session"] = opened.token
    adding.client.post(reverse("account-session-end", args=[there.session.pk]))
    adding.client.post(reverse("account-sessions-end"), {"but": "here"})
    assert not closed(adding)


def test_what_somebody_else_signs_out_of_is_not_theirs(adding, make_person, mine):
    Authenticator.objects.update(profile=make_person())
    opened = sessions.open(visit=visits.begin(), authenticator=Authenticator.objects.get(), browser=Browser())
    adding.client.cookies["careid-session"] = opened.token
    adding.client.post(reverse("sign-out"))
    assert not closed(adding)


@pytest.mark.parametrize("same", [False, True])
def test_whoever_signs_in_ends_what_another_person_was_about_to_add(same, adding, site, person, make_person):
    one = kinds.way(KIND).stored(person if same else make_person())
    adding.sign_in(one)
    assert adding.client.get(reverse("account")).status_code == 200
    assert closed(adding) != same
    assert Event.objects.filter(name="attempt.ended", reason="another_person").exists() != same


@pytest.mark.parametrize("purpose", Visit.Purpose)
def test_after_a_sign_out_nobody_goes_on_with_what_they_had_proved_for_a_new_password(purpose, computer):
    visit = visits.begin(purpose=purpose, pending={"some": {"stage": "password"}})
    on(visit, computer).post(reverse("sign-out"))
    kept = Visit.objects.get(pk=visit.pk)
    assert (kept.pending is None, kept.is_over) == ((True, True) if purpose == "forgotten" else (False, False))
