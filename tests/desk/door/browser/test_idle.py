"""Fifteen idle minutes at the desk, in a browser: the warning, staying, and what was typed."""

import time

import pytest
from django.contrib.sessions.backends.db import SessionStore

from tests.desk.door.admins import PASSWORD
from tests.desk.door.browser.desk import Desk, invite

AGENT = "idle.agent@example.nhs.uk"


@pytest.fixture
def desk(browser, portal, browser_context_args):
    [(email, link)] = invite(portal, {AGENT: "RA agent"}).items()
    context = browser.new_context(**browser_context_args)
    yield Desk(context, portal, email, link)
    context.close()


def only(desk, seconds):
    """The server's session has so many seconds left."""
    [(key, data)] = desk.portal.query("SELECT session_key, session_data FROM django_session ORDER BY expire_date DESC LIMIT 1")  # fmt: skip
    store = SessionStore()
    session = store.decode(data)
    session["seen"] = time.time() - 900 + seconds
    older = "UPDATE django_session SET session_data = %s WHERE session_key = %s RETURNING 1"
    assert desk.portal.query(older, store.encode(session), key)


def test_the_end_is_warned_of_can_be_put_off_and_loses_nothing_that_was_typed(desk, someone):
    page = desk.page
    page.clock.install()
    desk.begin(someone[0], "Change the email address")
    page.get_by_label("New email address").fill("typed.before@example.nhs.uk")
    words = page.locator("#desk-idle-words")
    assert not words.is_visible()
    only(desk, 100)
    page.clock.fast_forward(790_000)
    words.get_by_text("signed out in less than 2 minutes").wait_for()
    desk.look("desk-idle")
    page.get_by_label("New email address").focus()
    page.get_by_role("button", name="Stay signed in").click()
    words.get_by_text("You can stay for").wait_for(state="attached")
    only(desk, -1)
    page.clock.fast_forward(905_000)
    desk.at("desk-sign-in")
    page.get_by_label("Email address or name").fill(AGENT)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    desk.press()
    desk.prove()
    page.get_by_text("What you had typed stands here again").wait_for()
    assert page.get_by_label("New email address").input_value() == "typed.before@example.nhs.uk"
