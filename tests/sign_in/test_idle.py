"""A session that stands idle signs nobody in, and is still its browser's: its person comes back to it by a sign-in."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from authenticators import actions
from careid.people.models import Profile
from careid.trail.models import Event
from profiles import closing
from sign_in import ending, sessions, sweeping
from sign_in.browser import Browser
from sign_in.models import Session, SignIn
from tests.sign_in.test_sessions import browser_of, come_in, is_here, stored
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(person):
    return stored(person)


@pytest.fixture
def idle(one):
    """What they have opened, of which a job has written by now that it stands idle."""
    opened = come_in(one)
    stands_idle()
    sweeping.sweep()
    assert why() == ["idle"]
    return opened


def stands_idle():
    Session.objects.filter(ended_at=None).update(last_seen_at=timezone.now() - settings.SESSION_IDLE)


def signed_in(ago):
    SignIn.objects.update(at=timezone.now() - ago)


def why():
    return [*Session.objects.order_by("started_at").values_list("ended_reason", flat=True)]


def told():
    return [*Event.objects.filter(name="session.ended").order_by("sequence").values_list("reason", flat=True)]


def back(opened, one):
    return come_in(one, Browser(session=opened.token, known=opened.known))


@pytest.mark.parametrize("written", [True, False])
def test_the_same_person_goes_on_with_it_under_another_token(written, one):
    opened = come_in(one)
    stands_idle()
    if written:
        sweeping.sweep()
    assert not is_here(browser_of(opened))
    again = back(opened, one)
    assert (again.session.pk, why()) == (opened.session.pk, [""])
    assert Session.objects.get().ended_at is None
    assert is_here(browser_of(again))
    assert not is_here(browser_of(opened))


def test_in_another_browser_they_get_another(idle, one):
    assert come_in(one).session.pk != idle.session.pk
    assert why() == ["idle", ""]


def test_nobody_comes_back_to_it_after_its_whole_length(idle, one):
    signed_in(settings.SESSION_LIFE)
    assert back(idle, one).session.pk != idle.session.pk
    assert why() == ["idle", ""]


def test_nor_with_something_else_once_what_it_stood_on_was_stopped(idle, one, person):
    actions.suspend(authenticator=one, by="admin:7", reason="lost")
    assert back(idle, stored(person)).session.pk != idle.session.pk
    sweeping.sweep()
    assert why() == ["not_usable", ""]


def test_another_person_in_that_browser_ends_it(idle, make_person):
    back(idle, stored(make_person()))
    assert why() == ["another_person", ""]
    assert told() == ["idle", "another_person"]


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (lambda opened: browser_of(opened).post(reverse("sign-out")), "signed_out"),
        (lambda opened: sessions.end(session=opened.session, by="person", reason="ended"), "ended"),
        (lambda opened: sessions.end_all(profile=opened.session.profile, by="person", reason="not_me"), "not_me"),
        (lambda opened: ending.everywhere(profile=opened.session.profile, by="admin:7", reason="leaver"), "leaver"),
    ],
    ids=["signing out in it", "from another place", "everywhere", "the Registration Authority"],
)
def test_whatever_ends_an_open_one_ends_it_once(end, reason, idle, one):
    for _ in range(2):
        end(idle)
    assert why() == [reason]
    assert told() == ["idle", reason]
    assert back(idle, one).session.pk != idle.session.pk


def test_the_page_that_says_so_has_a_button_that_ends_it(idle):
    client = browser_of(idle)
    assert "Sign out of services" in client.get(reverse("sign-out")).content.decode()
    client.post(reverse("sign-out"))
    assert "Sign out of services" not in client.get(reverse("sign-out")).content.decode()


def test_one_of_long_ago_is_left_as_it_is(idle):
    signed_in(settings.SESSION_LIFE)
    assert ending.everywhere(profile=idle.session.profile, by="admin:7", reason="leaver") == 0
    Session.objects.update(ended_at=timezone.now() - settings.SESSION_LIFE)
    assert not sessions.end(session=idle.session, by="person", reason="ended")
    assert why() == ["idle"]


STOPS = {
    "revoked": lambda one: actions.revoke(authenticator=one, by="admin:7", reason="lost"),
    "suspended": lambda one: actions.suspend(authenticator=one, by="admin:7", reason="lost"),
    "closed": lambda one: closing.close(profile=one.profile, by="admin:7", reason="leaver"),
}


@pytest.mark.parametrize("what", STOPS)
def test_it_is_over_within_seconds_once_what_it_stands_on_was_stopped(what, idle, one):
    STOPS[what](one)
    assert sweeping.sweep() == 1
    assert why() == ["not_usable"]
    assert told()[-1] == "not_usable"
    assert sweeping.sweep(thoroughly=True) == 0


def test_what_was_missed_is_found_thoroughly_and_nothing_else(idle, make_person):
    come_in(stored(make_person()))
    stands_idle()
    assert sweeping.sweep(thoroughly=True) == 1
    Profile.objects.filter(pk=idle.session.profile_id).update(reported_at=timezone.now())
    assert sweeping.sweep() == 0
    assert sweeping.sweep(thoroughly=True) == 1
    assert why() == ["not_usable", "idle"]


def test_one_that_was_stopped_before_a_job_saw_it_idle_is_not_taken_for_idle(one):
    come_in(one)
    stands_idle()
    actions.suspend(authenticator=one, by="admin:7", reason="lost")
    sweeping.sweep()
    assert told() == ["not_usable"]


@pytest.mark.django_db(transaction=True)
def test_of_a_return_and_an_end_at_once_nobody_stays_in_what_was_ended(idle, one):
    def end():
        return sessions.end(session=idle.session, by="admin:7", reason="leaver")

    at_once([lambda: back(idle, one), end], held=Session.objects.filter(pk=idle.session.pk))
    assert why()[0] == "leaver"


def test_it_is_shown_nowhere_as_open(idle, one):
    page = browser_of(come_in(one)).get(reverse("account")).content.decode()
    assert "Sign out there" not in page


def test_it_keeps_what_a_service_was_given_and_its_end_does_not(idle):
    now, made = timezone.now(), SignIn.objects.select_related("session", "authenticator", "profile")
    assert not made.get().is_over(now)
    assert made.get().is_over(made.get().at + settings.SESSION_LIFE)
    sessions.end(session=idle.session, by="person", reason="signed_out")
    assert made.get().is_over(now)


@pytest.mark.parametrize("what", STOPS)
def test_what_a_service_was_given_for_a_sign_in_is_over_when_that_is_stopped(what, one):
    made = come_in(one).session.newest
    assert not made.is_over(timezone.now())
    STOPS[what](one)
    made = SignIn.objects.select_related("session", "authenticator", "profile").get()
    assert made.is_over(timezone.now() + timedelta(seconds=1))
