"""Helping somebody live, from the admin's side: the link shown once, how far the person is, and taking it back."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from authenticators.registry import KINDS
from careid.pages import qr
from careid.people.models import Organisation
from careid.trail.models import Event
from enrolment import jobs
from enrolment.models import Assisted, Attempt
from tests import kinds
from tests.desk.door.admins import role, stale
from tests.visitors import post

pytestmark = pytest.mark.django_db
HOW = {"checked": "video", "checked_by": "me", "note": "Ticket 4711"}


@pytest.fixture
def agent(organisation):
    return role("RA agent", organisation)


@pytest.fixture
def page(person):
    return f"/admin/careid/profile/{person.pk}/assist/"


@pytest.fixture
def shown(agent, page):
    """The page with the link and the code."""
    return agent.post(page, HOW).content.decode()


def link_and_code(page):
    link = re.search(r'id="assisted-link"[^>]*>http://localhost([^<]+)<', page).group(1)
    return link, re.search(r'id="assisted-code"[^>]*>([^<]+)<', page).group(1)


def status(agent, page, part="?part"):
    return agent.get(f"{page}{Assisted.objects.get().pk}/{part}").content.decode()


def test_the_link_and_the_code_are_shown_once(agent, page, shown):
    link, code = link_and_code(shown)
    for again in (status(agent, page), status(agent, page, "")):
        assert link not in again
        assert code not in again
    [started] = Event.objects.filter(name="assisted.started")
    me = f"admin:{agent.user.pk}"
    assert (started.actor, started.details) == (me, {"checked": "video", "checked_by": me, "note": "Ticket 4711"})


def test_the_link_is_a_picture_too_for_a_person_in_the_room(agent, page, shown):
    link, _ = link_and_code(shown)
    assert qr.drawn(f"http://localhost{link}") in shown
    assert "desk-qr" not in status(agent, page, "")


def test_the_page_shows_told_opened_proved_and_added_as_it_happens(agent, page, shown):
    link, code = link_and_code(shown)
    browser = Client()
    assert "Telling them by email" in status(agent, page)
    post()
    assert "They were told by email" in status(agent, page)
    assert "The link was not opened yet" in status(agent, page)
    browser.post(link, {"opened": "1"})
    assert "Opened the link at" in status(agent, page)
    browser.post(link, {"code": "222222"})
    assert "1 wrong code" in status(agent, page)
    browser.post(link, {"code": code})
    assert "Typed the code at" in status(agent, page)
    attempt = Attempt.objects.get()
    attempt.authenticator_id, attempt.added_at = attempt.pk, timezone.now()
    attempt.save()
    assert "Added at" in status(agent, page)
    assert "<html" not in status(agent, page)


def test_after_its_end_neither_link_nor_code_nor_a_way_to_cancel_is_left(agent, page, shown):
    post()
    link, code = link_and_code(shown)
    assert "Cancel the link" in status(agent, page, "")
    browser = Client()
    browser.post(link, {"code": code})
    assert "Is choosing what to add" in status(agent, page)
    attempt = Attempt.objects.get()
    attempt.pending = {kinds.some_kind(): {}}
    attempt.save()
    assert f"Is adding: {KINDS[kinds.some_kind()].title}" in status(agent, page)
    attempt.authenticator_id, attempt.added_at, attempt.pending = attempt.pk, timezone.now(), None
    attempt.save()
    ended = status(agent, page, "")
    assert "data-over" in ended
    assert "Cancel the link" not in ended
    Attempt.objects.update(authenticator_id=None, added_at=None, ended_at=timezone.now())
    assert "Is choosing" not in status(agent, page)
    assert "Back to " in ended


def test_what_has_not_happened_yet_does_not_look_like_a_failure(agent, page, shown):
    assert "desk-bad" not in status(agent, page)
    assert status(agent, page).count("desk-not-yet") == 4


def test_a_cancelled_link_lets_nobody_in(agent, page, shown):
    post()
    link, code = link_and_code(shown)
    cancel = f"{page}{Assisted.objects.get().pk}/cancel/"
    assert "Choose a reason" in agent.post(cancel, {"reason": "because"}, follow=True).content.decode()
    assert "The link was cancelled" not in agent.get(cancel, follow=True).content.decode()
    for _ in range(2):
        agent.post(cancel, {"reason": "not_needed"})
    assert Client().post(link, {"code": code}).status_code == 403
    [event] = Event.objects.filter(name="assisted.cancelled")
    assert (event.actor, event.reason) == (f"admin:{agent.user.pk}", "not_needed")


def test_cancelling_ends_what_was_begun_and_not_what_was_added(agent, page, shown):
    post()
    link, code = link_and_code(shown)
    browser = Client()
    browser.post(link, {"code": code})
    attempt = Attempt.objects.get()
    cancel = f"{page}{Assisted.objects.get().pk}/cancel/"
    Attempt.objects.update(authenticator_id=attempt.pk, added_at=timezone.now())
    agent.post(cancel, {"reason": "not_needed"})
    assert Attempt.objects.get().ended_at is None
    Attempt.objects.update(authenticator_id=None, added_at=None)
    agent.post(cancel, {"reason": "not_needed"})
    assert browser.get("/authenticators/").url == "/expired/"


def test_a_second_link_ends_the_first(agent, page, shown, person):
    second = agent.post(page, HOW).content.decode()
    post()
    (first, code), (other, its_code) = link_and_code(shown), link_and_code(second)
    assert Client().post(first, {"code": code}).status_code == 403
    assert Client().post(other, {"code": its_code}).url == "/authenticators/"


@pytest.mark.parametrize(
    "typed", [{"checked": ""}, {"checked": "phone"}, {"checked_by": "admin:0"}, {"note": "a@b.uk"}]
)
def test_how_identity_was_checked_is_asked_for(typed, agent, page):
    assert agent.post(page, HOW | typed).status_code == 422
    assert not Assisted.objects.exists()


def test_a_colleague_of_the_persons_organisation_may_have_checked_it(agent, page, organisation):
    here = role("ID checker", organisation).user
    away = role("ID checker", Organisation.objects.create(code="RX2")).user
    assert agent.post(page, HOW | {"checked_by": f"admin:{away.pk}"}).status_code == 422
    agent.post(page, HOW | {"checked_by": f"admin:{here.pk}"})
    assert Event.objects.get(name="assisted.started").details["checked_by"] == f"admin:{here.pk}"


def test_a_factor_is_asked_for_again_and_what_was_typed_stands_there(agent, page):
    assert stale(agent).post(page, HOW)["Location"].startswith("/admin/login/second/")
    assert not Assisted.objects.exists()
    assert "Ticket 4711" in stale(agent, minutes=-6).get(page).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "closed", "closed_reason": "leaver"}, "The profile is closed"),
        ({"reported_at": timezone.now()}, "A report of"),
    ],
)
def test_where_it_cannot_be_the_admin_is_told_why(fields, words, agent, make_person):
    person = make_person(**fields)
    response = agent.post(f"/admin/careid/profile/{person.pk}/assist/", HOW, follow=True)
    assert words in response.content.decode()
    assert not Event.objects.exists()


def test_an_address_that_was_replaced_lately_is_warned_too(agent, make_person):
    person = make_person(previous_email="before@example.nhs.uk", email_changed_at=timezone.now() - timedelta(days=20))
    shown = agent.post(f"/admin/careid/profile/{person.pk}/assist/", HOW).content.decode()
    assert sorted(mail.to[0] for mail in post()) == sorted([person.email, "before@example.nhs.uk"])
    link, code = link_and_code(shown)
    assert Client().post(link, {"code": code}).url == "/authenticators/"


def test_another_persons_page_does_not_show_it_and_a_purged_one_is_not_there(agent, page, shown, make_person):
    one = Assisted.objects.get().pk
    assert agent.get(f"/admin/careid/profile/{make_person().pk}/assist/{one}/").status_code == 404
    Assisted.objects.update(created_at=timezone.now() - timedelta(hours=25))
    jobs.purge(0)
    assert agent.get(f"{page}{one}/").status_code == 404


def test_what_the_page_asks_by_itself_writes_nothing_into_the_session(agent, page, shown):
    """Else a look under way would take away what a press has just put there: the words of a refusal, a factor."""
    row = Session.objects.filter(pk=agent.cookies[settings.SESSION_COOKIE_NAME].value)
    before = row.values_list("session_data", "expire_date").get()
    assert "not opened yet" in status(agent, page)
    assert row.values_list("session_data", "expire_date").get() == before
    status(agent, page, part="")
    assert row.values_list("session_data", "expire_date").get() != before
