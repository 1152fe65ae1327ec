"""A session at the desk: when it ends, what it keeps, and what changes while it lasts."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from authenticators.models import Authenticator
from careid.people.models import Organisation, Profile
from careid.trail.models import Event
from enrolment import assisted
from tests.desk.door.admins import PASSWORD, role, signed_in, stale

pytestmark = pytest.mark.django_db
PROFILES = "/admin/careid/profile/"


@pytest.fixture
def agent(organisation):
    return role("RA agent", organisation)


def later(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=False)


def is_in(client, page=PROFILES):
    return client.get(page).status_code == 200


@pytest.fixture
def asking(person):
    """What the page of an assisted registration asks every two seconds."""
    made, _, _ = assisted.start(profile=person, by="admin:0", oneself=False, checked="video", checked_by="admin:0")
    return f"/admin/careid/profile/{person.pk}/assist/{made.pk}/?part"


def test_a_page_that_asks_by_itself_keeps_nobody_in(agent, asking):
    assert is_in(agent)
    for minutes in (5, 10, 14):
        with later(minutes=minutes):
            assert is_in(agent, asking)
    with later(minutes=16):
        assert not is_in(agent, asking)


def test_each_page_gives_another_quarter_of_an_hour(agent):
    for minutes in (0, 14, 28, 42):
        with later(minutes=minutes):
            assert is_in(agent)
    with later(minutes=58):
        assert not is_in(agent)


def test_proving_the_factor_again_gives_no_ninth_hour(admin):
    admin.enrol()
    begun = admin.client.session["since"]
    for quarter in range(1, 32):
        with later(minutes=15 * quarter - quarter * 0.1):
            if quarter % 8 == 0:
                assert admin.use_passkey(count=quarter).status_code == 302
            assert is_in(admin.client, "/admin/")
    assert admin.client.session["since"] == begun
    with later(hours=8, minutes=1):
        assert not is_in(admin.client, "/admin/")


def test_a_session_gets_a_new_key_with_the_password_and_with_the_factor(admin):
    admin.enrol()
    admin.client = Client()
    admin.client.get("/admin/login/")
    admin.client.cookies["admin"] = fixed = "x" * 32
    admin.type_password()
    half = admin.client.cookies["admin"].value
    admin.use_passkey()
    assert len({fixed, half, admin.client.cookies["admin"].value}) == 3


@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_staff": False}])
def test_an_account_that_is_switched_off_is_out_at_its_next_page(gone, agent, person):
    assert is_in(agent)
    User.objects.filter(pk=agent.user.pk).update(**gone)
    response = agent.post(f"{PROFILES}{person.pk}/email/", {"email": "a@example.nhs.uk", "reason": "correction"})
    assert "/admin/login/" in response["Location"]
    assert not Event.objects.exists()


def test_a_role_or_an_organisation_taken_away_is_gone_at_the_next_page(agent, person, organisation):
    page = f"{PROFILES}{person.pk}/email/"
    assert is_in(agent, page)
    agent.user.groups.set([Group.objects.get_or_create(name="Auditor")[0]])
    assert agent.get(page).status_code == 403
    agent.user.organisations.clear()
    assert agent.get(page).status_code == 404


def test_whoever_is_not_of_the_desk_does_not_sign_in(db):
    User.objects.create_user("stranger@example.nhs.uk", password=PASSWORD)
    client = Client()
    response = client.post("/admin/login/", {"username": "stranger@example.nhs.uk", "password": PASSWORD})
    assert response.status_code == 422
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil", "/admin/../", "/details/", "javascript:1"]
)
def test_the_factor_leads_to_no_other_site(wanted, agent):
    response = agent.get("/admin/login/second/", {"next": wanted})
    assert response["Location"] in {"/admin/", "/admin/../"}


def test_what_one_admin_typed_is_not_there_for_the_next_on_the_same_browser(agent, person, organisation):
    page = f"{PROFILES}{person.pk}/email/"
    stale(agent).post(page, {"email": "typed@example.nhs.uk", "reason": "correction"})
    agent.logout()
    other = role("RA agent", organisation).user
    signed_in(agent, other)
    assert "typed@" not in agent.get(page).content.decode()


class TestTheFactorIsAskedForAgain:
    PAGES = ("auth/user/{user}/change/", "auth/group/{group}/change/", "auth/group/add/", "auth/group/{group}/delete/", "careid/organisation/{organisation}/change/")  # fmt: skip

    @pytest.mark.parametrize("page", PAGES)
    def test_before_who_may_do_what_is_changed(self, page, admin_client, admin_user, organisation):
        group = Group.objects.get_or_create(name="Auditor")[0]
        page = "/admin/" + page.format(user=admin_user.pk, group=group.pk, organisation=organisation.pk)
        assert admin_client.get(page).status_code == 200
        stale(admin_client)
        for ask in (admin_client.get, admin_client.post):
            assert ask(page, {"name": "x", "post": "yes"})["Location"].startswith("/admin/login/second/?next=%2Fadmin")
        assert not Event.objects.exists()
        assert Group.objects.filter(name="Auditor").exists()

    def test_before_a_factor_of_ones_own_is_added_or_removed(self, admin):
        admin.enrol()
        stale(admin.client)
        assert admin.client.get("/admin/factors/")["Location"].startswith("/admin/login/second/")
        assert admin.client.post("/admin/factors/", {"remove": "x"})["Location"].startswith("/admin/login/second/")
        assert admin.client.get("/admin/factors/passkey/")["Location"].startswith("/admin/login/second/")
        answer = admin.client.post("/admin/factors/passkey/", {"credential": "{}"})
        assert answer["Location"].startswith("/admin/login/second/")

    def test_and_not_where_an_organisation_is_only_read(self, agent, organisation):
        assert is_in(stale(agent), f"/admin/careid/organisation/{organisation.pk}/change/")


class TestTheAuditorsPages:
    def test_show_no_button(self, organisation, person):
        Authenticator.objects.create(profile=person, kind="totp", external_id="x", material={}, added_by="person")
        Profile.objects.update(nino_fingerprint=None)
        page = role("Auditor", organisation).get(f"{PROFILES}{person.pk}/change/").content.decode()
        assert "There is no National Insurance number" in page
        assert 'class="button"' not in page
        assert "/revoke/" not in page
        assert "What else happened" in page

    @pytest.mark.parametrize("name", ["Sponsor", "ID checker"])
    def test_and_whoever_may_not_read_the_trail_reads_none_of_it_on_a_persons_page(self, name, organisation, person):
        Event.objects.create(name="attempt.started", outcome="ok", actor="person", profile_id=person.pk, reference="7K4-Q2M", organisation="RX1")  # fmt: skip
        page = role(name, organisation).get(f"{PROFILES}{person.pk}/change/").content.decode()
        assert "What else happened" not in page
        assert "Last attempts" not in page
        assert "attempt.started" not in page


def test_whoever_looks_after_no_organisation_is_told_so(agent, admin_client):
    words = "looks after no organisation yet"
    assert words not in agent.get("/admin/").content.decode()
    agent.user.organisations.clear()
    assert words in agent.get("/admin/").content.decode()
    Organisation.objects.all().delete()
    assert words not in admin_client.get("/admin/").content.decode()
