"""What the pages of help have to say."""

import re
from datetime import timedelta

import pytest
from django.conf import settings

from careid import settings as project

pytestmark = pytest.mark.django_db
COOKIES = ("ATTEMPT", "VISIT", "HERE", "KNOWN", "WAY", "APPLY", "ASSISTED", "PASSING", "ADMIN_BROWSER")


@pytest.mark.parametrize(
    "words",
    [
        "partially compliant",  # the status, in the regulations' own words
        "This statement was written on",
        "within 10 working days",
        "Registration Authority work on pages",  # the desk's pages too
        "Equality Advisory and Support Service",
    ],
)
def test_the_accessibility_statement_says_what_the_regulations_of_2018_ask(words, client):
    assert words in client.get("/help/accessibility/").content.decode()


@pytest.mark.parametrize("cookie", COOKIES)
def test_every_cookie_of_ours_is_named_with_what_it_is_for_and_when_it_goes(cookie, client):
    page = client.get("/help/cookies/").content.decode()
    row = re.search(rf"</span>{getattr(settings, f'{cookie}_COOKIE')}</td>(.*?)</tr>", page, re.DOTALL)
    assert all(len(re.sub(r"<[^>]+>", "", cell).strip()) > 30 for cell in row[1].split("</td>")[:2])


def test_no_cookie_of_ours_is_left_out():
    """A new one wants its row on that page, and its name here."""
    named = {name for name in vars(project) if name.endswith("_COOKIE")}
    assert named == {f"{one}_COOKIE" for one in COOKIES}


@pytest.mark.parametrize("words", ["30 minutes, or 12 hours after you signed in", "400 days after", "2 years after"])
def test_the_lives_of_the_cookies_of_signing_in_are_those_that_hold(words, client):
    assert words in client.get("/help/cookies/").content.decode()


def test_what_is_kept_of_a_sign_in_is_told_with_how_long(client):
    page = client.get("/help/privacy/").content.decode()
    assert "Deleted after 400 days." in page
    assert "how far you got. Deleted after 24 hours." in page


def test_what_services_are_told_stands_there_and_for_how_long_it_is_known_who_heard(client, settings):
    settings.KEEP_LOGOUTS = timedelta(days=77)
    page = client.get("/help/privacy/").content.decode()
    assert all(word in page for word in ("is told your user id", "your roles and your organisations"))
    assert "that you were signed out. Deleted after 77 days." in page


def test_what_is_kept_of_who_applies_and_of_a_move_is_told_with_how_long(client, settings):
    settings.KEEP_APPLYING = timedelta(days=77)
    page = client.get("/help/privacy/").content.decode()
    assert settings.KEEP_APPLICATION_WORDS.days == 30
    assert "The date of birth is deleted 30 days after the decision." in page
    assert "77 days after the decision, or after your link has run out" in page
    assert "Deleted 77 days after the change is over." in page
