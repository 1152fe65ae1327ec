"""Nobody of the desk helps themselves: their own profile is a colleague's to change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from authenticators.models import Authenticator, Report
from careid.people.models import Profile
from careid.trail.models import Event
from desk import verbs
from enrolment.models import Assisted
from tests import kinds
from tests.desk.door.admins import role

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(person, organisation):
    """The desk as somebody whose own profile is `person`."""
    return role("RA manager", organisation, email=person.email.upper())


@pytest.fixture
def one(person):
    return Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="x", material={}, added_by="person", state="suspended", state_reason="lost"
    )  # fmt: skip


@pytest.mark.parametrize("verb", ["email", "number", "unlock", "close", "reopen"])
def test_an_admin_does_not_change_their_own_profile(verb, mine, person):
    page = f"/admin/careid/profile/{person.pk}/{verb}/"
    data = {"email": "a@example.nhs.uk", "number": "PP999901C", "again": "PP999901C", "reason": "correction"}
    for response in (mine.get(page, follow=True), mine.post(page, data, follow=True)):
        assert "This is your own profile." in response.content.decode()
    assert not Event.objects.exists()
    assert Profile.objects.get().email == person.email


@pytest.mark.parametrize("verb", ["reinstate", "lift"])
def test_nor_lets_their_own_authenticator_work(verb, mine, one):
    if verb == "lift":
        Authenticator.objects.update(state="active", usable_from=timezone.now() + timedelta(hours=20))
    response = mine.post(f"/admin/authenticators/authenticator/{one.pk}/{verb}/", {"reason": "found"}, follow=True)
    assert "This is your own profile." in response.content.decode()
    assert not Event.objects.exists()


def test_nor_closes_a_report_about_themselves(mine, person):
    report = Report.objects.create(profile=person, token_hash=b"x" * 32)
    mine.post(f"/admin/authenticators/report/{report.pk}/close/", {"reason": "the_person"})
    assert Report.objects.get().closed_at is None


def test_nor_makes_a_link_for_themselves(mine, person):
    page = f"/admin/careid/profile/{person.pk}/assist/"
    response = mine.post(page, {"checked": "video", "checked_by": "me"}, follow=True)
    assert "This is your own profile." in response.content.decode()
    assert not Assisted.objects.exists()


def test_what_takes_away_they_may_do_at_once(mine, one):
    mine.post(f"/admin/authenticators/authenticator/{one.pk}/revoke/", {"reason": "stolen"})
    assert Authenticator.objects.get().state == "revoked"


def test_no_button_is_offered_for_the_rest(mine, person):
    page = mine.get(f"/admin/careid/profile/{person.pk}/change/").content.decode()
    assert "/email/" not in page
    assert "/assist/" not in page


def test_the_address_before_and_the_accounts_name_count_too(organisation, make_person):
    person = make_person(previous_email="before@example.nhs.uk")
    named = role("RA agent", organisation)
    for field, value in (("email", "Before@example.nhs.uk"), ("username", person.email)):
        named.user.email = ""
        setattr(named.user, field, value)
        named.user.save()
        page = named.get(f"/admin/careid/profile/{person.pk}/email/", follow=True).content.decode()
        assert "This is your own profile." in page


def test_only_what_takes_away_or_changes_nothing_is_for_oneself():
    mine = {verb.slug for verb in (*verbs.PROFILE, *verbs.AUTHENTICATOR, *verbs.REPORT) if verb.for_oneself}
    assert mine == {"sign-out", "revoke", "suspend", "check", "invite"}
