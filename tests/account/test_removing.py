"""Removing what one signs in with: proved afresh, by another one where there is another; the last one is warned of."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.utils import timezone

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.limits import limits
from careid.limits.models import LimitCount
from careid.pages import times
from careid.people.models import Organisation
from careid.trail.models import Event
from sign_in.models import SignIn, Visit
from tests import kinds
from tests.visitors import post

pytestmark = pytest.mark.django_db
SWITCHED = [slug for slug, kind in KINDS.items() if kind.sign_in and kind.organisation_switch]
A_WHILE = settings.SESSION_FRESH + timedelta(seconds=1)


def path(one):
    return f"/account/{one.pk}/remove/"


def state(one):
    return Authenticator.objects.get(pk=one.pk).state


def page(client, one):
    return " ".join(client.get(path(one)).content.decode().split())


def later():
    """Some minutes after the sign-in."""
    SignIn.objects.update(at=timezone.now() - A_WHILE)


def test_who_signed_in_just_now_with_another_one_removes_it(here, stored):
    other = stored(name="Old phone")
    asks = page(here, other)
    assert 'data-page="account-remove"' in asks
    assert "Remove it now" in asks
    assert state(other) == "active"
    assert here.post(path(other)).url == path(other)
    assert state(other) == "revoked"
    gone = page(here, other)
    assert 'data-reason="removed"' in gone
    assert "Go back to my account" in gone
    assert here.get("/account/").status_code == 200


def test_it_leaves_an_event_and_a_mail_that_says_how_to_stop_it(here, stored):
    other = stored()
    here.post(path(other))
    told = Event.objects.get(name="authenticator.revoked")
    assert (told.actor, told.reason, told.authenticator_id) == ("person", "removed", other.pk)
    post()
    body = next(sent.body for sent in django_mail.outbox if sent.subject.endswith("removed"))
    assert "it was removed on the page My account" in body
    assert "/not-me/" in body


def test_two_presses_remove_once(here, stored):
    other = stored()
    assert [here.post(path(other)).url for _ in range(2)] == [path(other)] * 2
    assert Event.objects.filter(name="authenticator.revoked").count() == 1


def test_after_some_minutes_they_sign_in_once_more_first_and_come_back(here, stored, signs_in):
    other = stored()
    later()
    asks = page(here, other)
    assert "Remove it now" not in asks
    assert "First sign in once more" in asks
    assert "Work phone" in asks
    assert here.post(path(other)).url == "/sign-in/"
    assert state(other) == "active"
    visit = Visit.objects.latest("started_at")
    assert (visit.purpose, visit.fresh, visit.then, visit.then_id) == ("remove", True, "account-remove", other.pk)


@pytest.mark.parametrize(("ago", "does"), [(timedelta(minutes=4, seconds=55), True), (timedelta(minutes=5), False)])
def test_a_sign_in_does_for_five_minutes(ago, does, here, stored):
    other = stored()
    SignIn.objects.update(at=timezone.now() - ago)
    assert ("Remove it now" in page(here, other)) is does


def test_what_is_to_go_does_not_stand_for_itself_where_another_would_do(here, one, stored):
    other = stored(name="Tablet")
    asks = page(here, one)
    assert "Tablet" in asks
    assert here.post(path(one)).url == "/sign-in/"
    assert state(one) == "active"
    assert Visit.objects.latest("started_at").kinds == [other.kind]


@pytest.mark.parametrize(
    "fields", [{"state": "suspended", "state_reason": "lost"}, {"usable_from": timezone.now() + timedelta(days=1)}]
)
def test_one_that_cannot_be_used_is_none_that_would_do(fields, here, one, stored):
    stored(name="Tablet", **fields)
    assert "This is your last one" in page(here, one)
    assert "Tablet" not in page(here, one)


@pytest.mark.parametrize("kind", SWITCHED, ids=str)
def test_nor_is_one_of_a_kind_that_their_organisation_does_not_have(kind, here, one, stored, settings, monkeypatch):
    stored(kind=kind, name="Tablet")
    with kinds.site(kind, settings, monkeypatch):
        assert "Tablet" in page(here, one)
        Organisation.objects.update(**{KINDS[kind].organisation_switch: False})
        assert "This is your last one" in page(here, one)
        assert "You cannot sign in with it now" in here.get("/account/").content.decode()
        assert here.post(path(one)).url == path(one)
    assert state(one) == "revoked"


def test_the_last_one_is_warned_of_and_ends_what_they_were_signed_in_with(here, one):
    asked = page(here, one)
    assert "This is your last one" in asked
    assert f"It was added at {times.moment(one.added_at)}" in asked  # two may have one name
    assert here.post(path(one)).url == path(one)
    assert state(one) == "revoked"
    gone = page(here, one)
    assert "you are signed out" in gone
    assert here.get("/account/").url == "/sign-out/"


def test_one_that_is_stopped_or_on_hold_is_removed_as_well(here, stored):
    for fields in ({"state": "suspended", "state_reason": "lost"}, {"usable_from": timezone.now() + timedelta(days=1)}):
        other = stored(**fields)
        assert here.post(path(other)).url == path(other)
        assert state(other) == "revoked"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_left_of_each_kind_elsewhere_is_spoken_of(kind, here, stored):
    other = stored(kind=kind)
    here.post(path(other))
    gone = page(here, other)
    assert f'You removed <span class="careid-break">{other}</span>' in gone
    assert "delete " in gone


@pytest.mark.parametrize("where", ["/account/add/", "/account/{}/remove/"])
def test_what_leaves_a_row_is_counted_by_address(where, here, stored):
    other = stored()
    later()
    assert here.post(where.format(other.pk)).url == "/sign-in/"
    LimitCount.objects.filter(limit="sign_in_visits").update(count=limits.SIGN_IN_VISITS.most)
    assert here.post(where.format(other.pk)).status_code == 429
    assert Visit.objects.filter(fresh=True).count() == 1


def test_what_was_removed_elsewhere_or_long_ago_has_no_page(here, stored):
    for fields in (
        {"state_reason": "lost"},
        {"state_reason": "removed", "state_changed_at": timezone.now() - timedelta(minutes=11)},
    ):
        assert here.get(path(stored(state="revoked", **fields))).status_code == 404


def test_nobody_sees_what_another_person_removed(here, stored, signs_in, make_person):
    theirs = make_person()
    gone = stored(theirs, name="Theirs")
    signs_in(stored(theirs)).post(path(gone))
    assert state(gone) == "revoked"
    assert here.get(path(gone)).status_code == 404
