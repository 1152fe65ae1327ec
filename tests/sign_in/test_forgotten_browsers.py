"""A browser stops being known to a person once somebody else may have signed in with it as them."""

import pytest

from authenticators import reports
from authenticators.models import Report
from careid.post.models import Mail
from profiles import reasons
from sign_in import ending, jobs
from sign_in.browser import Browser
from sign_in.models import KnownBrowser
from tests.sign_in.test_sessions import come_in, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(person):
    return stored(person)


@pytest.fixture
def thief(one):
    """A browser in which somebody else has signed in as them."""
    return come_in(one)


def told_of():
    return Mail.objects.filter(template="new_browser").count()


def test_after_a_report_each_sign_in_is_told_of_again_and_strangers_tries_are_strangers(one, thief, make_person):
    other = stored(make_person())
    come_in(other)
    report = reports.report_here(profile=one.profile, authenticator_id=one.pk)
    jobs.end_dead.func(timestamp=0)
    assert KnownBrowser.objects.get().profile == other.profile
    assert report == Report.objects.get(closed_at=None)


def test_after_the_registration_authority_signs_somebody_out_everywhere_too(one, thief, make_person):
    come_in(stored(make_person()))
    before = told_of()
    ending.everywhere(profile=one.profile, by="admin:1", reason=next(iter(reasons.SIGN_OUT)))
    assert KnownBrowser.objects.exclude(profile=one.profile).exists()
    come_in(one, Browser(known=thief.known))
    assert told_of() == before + 1


def test_while_nothing_is_reported_a_browser_stays_known(one, thief):
    report = reports.report_here(profile=one.profile, authenticator_id=one.pk)
    reports.close(report=report, by="admin:1", outcome=Report.Outcome.MISTAKE)
    jobs.end_dead.func(timestamp=0)
    assert KnownBrowser.objects.get().profile == one.profile
