"""Whose account it is, and whether they may sign in with it: said to who has proved that it is theirs."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from authenticators import actions
from careid.trail.models import Event
from sign_in.models import Session
from tests.authenticators.nhsnet.test_nhsnet_sign_in import REFUSED, refused, shown

pytestmark = pytest.mark.django_db


def test_an_account_on_no_profile_is_told_how_to_be_added(visitor, come_in):
    assert come_in(visitor).url == REFUSED
    page = shown(visitor, "not_registered")
    assert "amina.okafor@northfield.example.org" in page
    assert 'href="/"' in page
    assert "Registration Authority" in page
    event = Event.objects.get(name="sign_in.refused")
    assert (event.reason, event.profile_id, event.authenticator_id) == ("not_registered", None, None)


def test_a_link_that_was_removed_is_not_registered_and_the_trail_says_which_it_was(visitor, person, linked, come_in):
    one = linked(person)
    actions.revoke(authenticator=one, by="person", reason="lost")
    come_in(visitor)
    shown(visitor, "not_registered")
    event = Event.objects.get(name="sign_in.refused")
    assert (event.reason, event.profile_id, event.authenticator_id) == ("not_registered", person.pk, one.pk)
    assert not Session.objects.exists()


def test_outside_the_private_beta_there_is_another_way(visitor, person, linked, come_in, organisation):
    organisation.nhsnet_beta = False
    organisation.save()
    one = linked(person)
    come_in(visitor)
    page = shown(visitor, "not_in_beta")
    assert "another way" in page
    assert 'href="/sign-in/"' in page
    assert Event.objects.get(name="sign_in.refused").authenticator_id == one.pk
    assert not Session.objects.exists()


@pytest.mark.parametrize("switch", [{"takes_part": False}, {"kinds_off": ["nhsnet"]}])
def test_the_other_switches_of_an_organisation_stop_adding_and_not_this(switch, visitor, person, linked, come_in):
    type(person.organisation).objects.update(**switch)
    linked(person)
    assert come_in(visitor).url == reverse("account")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": "suspended", "state_reason": "lost"}, "suspended"),
        ({"usable_from": timezone.now() + timedelta(hours=24)}, "on_hold"),
    ],
)
def test_one_that_may_not_be_used_has_the_page_that_every_kind_has(fields, reason, visitor, person, linked, come_in):
    linked(person, **fields)
    assert come_in(visitor).url == REFUSED
    assert f'data-reason="{reason}"' in visitor.client.get(REFUSED).content.decode()
    assert refused() == [reason]
    assert not Session.objects.exists()


def test_the_email_address_decides_nothing(visitor, make_person, come_in):
    make_person(email="amina.okafor@northfield.example.org")
    come_in(visitor)
    shown(visitor, "not_registered")


def test_what_was_added_a_moment_ago_is_tried_with_a_password_typed_anew(visitor, person, link, depart, sign_in):
    visitor.verify(person)
    link(visitor)
    assert visitor.client.post("/sign-in/works/").url == "/sign-in/"
    address = depart(visitor).url
    assert "prompt=login" in address
    assert visitor.client.get(sign_in(visitor, address=address)).url == "/sign-in/works/"
    assert "It works" in visitor.client.get("/sign-in/works/").content.decode()


@pytest.mark.parametrize("what", ["add", "remove"])
def test_what_asks_for_a_fresh_sign_in_takes_the_password_of_now(what, visitor, person, linked, depart, come_in):
    """A colleague's account may stand open there: chosen on purpose, it opens their account here and no more."""
    one = linked(person)
    path = "/account/add/" if what == "add" else f"/account/{one.pk}/remove/"
    assert come_in(visitor).url == "/account/"
    assert visitor.client.post(path).url == "/sign-in/"
    assert parse_qs(urlsplit(depart(visitor).url).query)["prompt"] == ["login"]
    assert come_in(visitor).url == path
    assert visitor.client.post(path).url in {"/authenticators/", path}
    assert Event.objects.filter(name__in=("attempt.started", "authenticator.revoked")).exists()
