"""The pages around signing in: why not, whether it works, and signing out. None says what its browser did not do."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.pages import times
from sign_in import refusals, sessions, visits
from sign_in.browser import Browser
from sign_in.models import Session, Visit
from sign_in.words import Why
from tests import kinds

pytestmark = pytest.mark.django_db
KIND = kinds.some_kind()
OF_A_PROOF = [reason for reason in refusals.OURS if reason != Why.NO_ROLE]


@pytest.fixture
def person(make_person):
    return make_person()


@pytest.fixture
def mine(person):
    return Authenticator.objects.create(profile=person, kind=KIND, external_id="1", material={}, added_by="person")


def on(visit, client):
    client.cookies["careid-visit"] = visit.token
    return client


def refused_with(reason, client, one):
    visit = visits.begin()
    visits.refuse(visit=visit, reason=reason, kind=KIND, authenticator_id=one.pk)
    return on(visit, client).get(reverse("sign-in-refused"))


@pytest.mark.parametrize("reason", OF_A_PROOF)
def test_each_no_has_its_page_with_a_next_step(reason, client, mine):
    page = refused_with(reason, client, mine)
    assert page.status_code == refusals.OURS[reason]
    assert f'data-page="sign-in-refused" data-reason="{reason}"' in page.content.decode()
    assert reverse("help-find-your-ra") in page.content.decode()


@pytest.mark.parametrize("reason", OF_A_PROOF)
def test_another_way_is_offered_where_there_may_be_one(reason, client, mine):
    offered = "Sign in another way" in refused_with(reason, client, mine).content.decode()
    assert offered == (reason not in {Why.CLOSED, Why.REPORTED})


def test_a_held_one_is_told_from_when_it_works(client, mine):
    Authenticator.objects.update(usable_from=timezone.now() + timedelta(hours=24))
    assert "It works from <strong>" in refused_with(Why.ON_HOLD, client, mine).content.decode()


def test_no_link_makes_up_a_reason(client, mine):
    assert client.get(reverse("sign-in-refused"), {"reason": "closed"}).url == reverse("sign-in")
    assert refused_with("made_up", client, mine).url == reverse("sign-in")


def test_a_visit_goes_on_after_a_no(client, mine):
    refused_with(Why.SUSPENDED, client, mine)
    token = client.cookies["careid-visit"].value
    assert client.get(reverse("sign-in")).cookies["careid-visit"].value == token


def works(client, person, mine, used):
    visit = visits.begin(purpose="works", profile=person, authenticator_id=mine.pk, kinds=[KIND], then="sign-in-works")
    client.cookies["careid-session"] = sessions.open(visit=visit, authenticator=used, browser=Browser()).token
    return on(visit, client).get(reverse("sign-in-works")).content.decode()


def test_what_was_tried_and_works_is_told_so(client, person, mine):
    assert "It works" in works(client, person, mine, mine)


def test_whoever_tried_another_one_is_told_so(client, person, mine):
    other = Authenticator.objects.create(profile=person, kind=KIND, external_id="2", material={}, added_by="person")
    told = works(client, person, mine, other)
    assert "That was another one" in told
    assert f"added at {times.moment(other.added_at)}" in told  # two may have one name


@pytest.mark.parametrize("purpose", ["account", "works"])
def test_nothing_works_that_was_not_tried(purpose, client):
    assert on(visits.begin(purpose=purpose), client).get(reverse("sign-in-works")).url == reverse("sign-in")


def test_who_has_added_nothing_can_try_nothing(client):
    assert client.post(reverse("sign-in-works")).url == reverse("sign-in")
    assert not Visit.objects.exists()


def test_what_was_added_is_tried_from_its_confirmation(visitor, person):
    visitor.enrol(person)
    assert "Try it now" in visitor.page(reverse("done", args=[Authenticator.objects.get().pk]))
    assert visitor.client.post(reverse("sign-in-works")).url == reverse("sign-in")
    visit = Visit.objects.get()
    assert (visit.kinds, visit.authenticator_id) == ([KIND], Authenticator.objects.get().pk)
    page = visitor.page(reverse("sign-in"))
    assert "Try it now" in page
    assert f'class="nhsuk-back-link" href="{reverse("done", args=[visit.authenticator_id])}"' in page


def test_what_is_on_hold_is_not_tried_yet(visitor, person):
    visitor.enrol(person)
    Authenticator.objects.update(usable_from=timezone.now() + timedelta(hours=24))
    done = reverse("done", args=[Authenticator.objects.get().pk])
    assert "Try it now" not in visitor.page(done)
    assert visitor.client.post(reverse("sign-in-works")).url == done


def test_a_post_that_nobody_takes_shows_the_page_again(client):
    assert client.post(reverse("sign-in"), {"made_up": "x"}).status_code == 422


def test_signing_out_twice_ends_it_once(client, person, mine):
    opened = sessions.open(visit=visits.begin(), authenticator=mine, browser=Browser())
    client.cookies["careid-session"] = opened.token
    assert "Sign out" in client.get(reverse("sign-out")).content.decode()
    for _ in range(2):
        assert client.post(reverse("sign-out")).status_code == 302
    assert Session.objects.get().ended_reason == "signed_out"
    assert "You are signed out" in client.get(reverse("sign-out")).content.decode()


@pytest.mark.parametrize("kind", [kind.slug for kind in KINDS.values() if kind.sign_in])
def test_the_way_that_was_used_last_stands_first_and_its_cookie_chooses_nothing_else(kind, client):
    usual = re.findall(r'id="way-([\w-]+)"', client.get(reverse("sign-in")).content.decode())
    client.cookies["careid-way"] = kind
    found = re.findall(r'id="way-([\w-]+)"', client.get(reverse("sign-in")).content.decode())
    assert found == [kind, *(one for one in usual if one != kind)]
    client.cookies["careid-way"] = "made-up"
    assert re.findall(r'id="way-([\w-]+)"', client.get(reverse("sign-in")).content.decode()) == usual


def test_who_is_here_is_told_on_the_page_of_the_ways(client, person, mine):
    client.cookies["careid-session"] = sessions.open(visit=visits.begin(), authenticator=mine, browser=Browser()).token
    page = client.get(reverse("sign-in")).content.decode()
    assert f"{person}</strong> is signed in here" in page
    assert "Not you?" in page


@pytest.mark.parametrize("asked", [{"kinds": ["none"]}, {"level": 3}], ids=["no kind of ours", "a higher level"])
def test_only_what_a_visit_may_use_is_offered_and_its_form_may_lead_to_who_asked(asked, client):
    visit = visits.begin(**asked, origin="https://service.example.nhs.uk")
    answer = on(visit, client).get(reverse("sign-in"))
    assert "There is no way to sign in here now" in answer.content.decode()
    assert "https://service.example.nhs.uk" in answer.headers["Content-Security-Policy"]
