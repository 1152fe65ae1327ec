"""A session is opened by one function, stands on its newest sign-in, and is dead the moment that may not be used."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from authenticators import actions, reports
from authenticators.models import Authenticator
from careid.errors import Refused
from careid.post.models import Mail
from careid.trail.models import Event
from profiles import closing
from sign_in import sessions, visits
from sign_in.browser import Browser
from sign_in.models import KnownBrowser, Session, SignIn
from tests import kinds
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
NOTHING = Browser()


@pytest.fixture
def person(make_person):
    return make_person()


@pytest.fixture
def authenticator(person):
    return stored(person)


def stored(person, **fields):
    return Authenticator.objects.create(
        profile=person,
        kind=kinds.some_kind(),
        external_id=str(timezone.now()),
        material={},
        added_by="person",
        **fields,
    )


def come_in(one, browser=NOTHING, **fields):
    return sessions.open(visit=visits.begin(**fields), authenticator=one, browser=browser)


def browser_of(opened):
    client = Visitor().client
    client.cookies["careid-session"] = opened.token
    client.cookies["careid-known"] = opened.known
    return client


def is_here(client):
    return client.get(reverse("account")).status_code == 200


def test_whoever_signed_in_is_here_until_they_sign_out(authenticator, person):
    client = browser_of(come_in(authenticator))
    assert str(person) in client.get(reverse("account")).content.decode()
    assert client.post(reverse("sign-out")).url == reverse("sign-out")
    assert "You are signed out" in client.get(reverse("sign-out")).content.decode()
    assert not is_here(client)
    assert Event.objects.get(name="session.ended").reason == "signed_out"


def test_a_sign_in_leaves_its_row_its_event_and_the_time_of_use(authenticator, person):
    opened = come_in(authenticator)
    made = SignIn.objects.get()
    assert (made.session, made.profile, made.authenticator) == (opened.session, person, authenticator)
    assert Event.objects.get(name="sign_in.succeeded").details["kind"] == authenticator.kind
    authenticator.refresh_from_db()
    assert authenticator.last_used_at


@pytest.mark.parametrize(
    "stop",
    [
        lambda one: actions.revoke(authenticator=one, by="admin:7", reason="lost"),
        lambda one: actions.suspend(authenticator=one, by="admin:7", reason="lost"),
        lambda one: closing.close(profile=one.profile, by="admin:7", reason="left", note=""),
        lambda one: type(one.profile).objects.filter(pk=one.profile_id).update(reported_at=timezone.now()),
    ],
    ids=["revoked", "suspended", "closed", "reported"],
)
def test_it_is_dead_at_the_next_request_once_what_it_stands_on_may_not_be_used(stop, authenticator):
    client = browser_of(come_in(authenticator))
    assert is_here(client)
    stop(authenticator)
    assert not is_here(client)


def test_what_was_stopped_and_works_again_brings_no_session_back(authenticator):
    client = browser_of(come_in(authenticator))
    actions.suspend(authenticator=authenticator, by="admin:7", reason="lost")
    actions.reinstate(authenticator=authenticator, by="admin:9", reason="found")
    assert not is_here(client)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": "suspended", "state_reason": "lost"}, "suspended"),
        ({"usable_from": timezone.now() + timedelta(hours=24)}, "on_hold"),
    ],
    ids=["suspended", "on hold"],
)
def test_what_may_not_be_used_lets_nobody_in_and_is_noted(fields, reason, person):
    with pytest.raises(Refused) as no:
        come_in(stored(person, **fields))
    assert no.value.reason == reason
    assert not Session.objects.exists()
    assert Event.objects.get(name="sign_in.refused").reason == reason


@pytest.mark.parametrize("asked", [{"level": 3}, {"kinds": ["another"]}], ids=["a higher level", "another kind"])
def test_what_is_not_what_was_asked_for_lets_nobody_in_and_is_noted(asked, authenticator):
    with pytest.raises(Refused) as no:
        come_in(authenticator, **asked)
    assert no.value.reason == "level"
    assert not Session.objects.exists()
    assert Event.objects.get(name="sign_in.refused").reason == "level"


def test_the_same_person_in_the_same_browser_keeps_the_session_with_another_token(authenticator):
    first = come_in(authenticator)
    second = come_in(authenticator, Browser(session=first.token, known=first.known))
    assert second.session.pk == first.session.pk
    assert not is_here(browser_of(first))
    assert is_here(browser_of(second))


def test_another_persons_sign_in_ends_the_first_ones(authenticator, make_person):
    first = come_in(authenticator)
    come_in(stored(make_person()), Browser(session=first.token, known=first.known))
    first.session.refresh_from_db()
    assert first.session.ended_reason == "another_person"


def test_a_new_browser_is_told_of_once(authenticator):
    first = come_in(authenticator)
    assert Mail.objects.filter(template="new_browser").count() == 1
    come_in(authenticator, Browser(known=first.known))
    assert Mail.objects.filter(template="new_browser").count() == 1
    for ago, mails in ((timedelta(days=29, hours=23), 1), (timedelta(days=30), 2)):
        KnownBrowser.objects.update(last_at=timezone.now() - ago)
        come_in(authenticator, Browser(known=first.known))
        assert Mail.objects.filter(template="new_browser").count() == mails


def test_whoever_says_that_it_was_not_them_stops_it_and_its_session(authenticator):
    client = browser_of(come_in(authenticator))
    body = Mail.objects.get(template="new_browser").content["body"]
    token = body.split("/not-me/")[1].split("/")[0]
    reports.report(token=token)
    assert not is_here(client)
    authenticator.refresh_from_db()
    assert authenticator.state == "suspended"


@pytest.mark.parametrize(
    ("why", "rows", "past"),
    [("idle", Session, {"last_seen_at": timedelta(minutes=30)}), ("over", SignIn, {"at": timedelta(hours=12)})],
)
def test_it_ends_by_itself_and_says_why(why, rows, past, authenticator):
    opened = come_in(authenticator)
    rows.objects.update(**{field: timezone.now() - ago for field, ago in past.items()})
    client = browser_of(opened)
    assert client.get(reverse("account")).url == reverse("sign-out")
    page = client.get(reverse("sign-out")).content.decode()
    assert f'data-reason="{why}"' in page
    assert bool(client.cookies["careid-session"].value) == (why == "idle")  # they may come back to it


@pytest.mark.parametrize("minutes", [1, 30])
def test_who_goes_on_working_is_not_idle(minutes, authenticator, settings):
    settings.SESSION_IDLE = timedelta(minutes=minutes)
    client, now = browser_of(come_in(authenticator)), timezone.now()
    for times in (0.6, 1.2, 1.8):
        with time_machine.travel(now + times * settings.SESSION_IDLE, tick=False):
            assert is_here(client)


def test_each_page_of_theirs_gives_another_half_hour_and_a_page_of_anybodys_gives_none(authenticator):
    client, now = browser_of(come_in(authenticator)), timezone.now()
    for minutes, path, status in (
        (29, "/account/", 200),
        (58, "/account/", 200),
        (87, "/help/cookies/", 200),
        (88, "/account/", 302),
    ):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert client.get(path).status_code == status


def test_who_has_no_session_is_led_to_sign_in(client):
    assert client.get(reverse("account")).url == reverse("sign-in")
