"""The demo's mock sign-in: a press on a name, for a service that asks, and for nobody else."""

import re
import runpy
from importlib import import_module
from pathlib import Path

import pytest
from django.test import Client

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people.models import Organisation, Profile
from careid.people.roles import Role
from careid.trail.models import Event
from demo import mock_people
from profiles import closing
from provider import authorizing, levels
from sign_in import visits
from sign_in.models import Session, SignIn, Visit
from tests.demo.mock_urls import MOCKS
from tests.operating.test_checks import read

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo.mock_urls")]
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _seeded(db, settings, monkeypatch):
    settings.DEMO = True
    Organisation.objects.create(code=mock_people.HOSPITAL, name="Northfield Hospital")
    for slug in MOCKS:
        monkeypatch.setitem(KINDS, slug, import_module(f"demo.kinds.{slug}.kind").KIND)
    mock_people.seed()


@pytest.fixture
def web():
    return Client()


def asked_by_a_service(web, level):
    """A visit of this browser to sign in for a service. Returns the page of the ways."""
    visit = visits.begin(purpose=Visit.Purpose.SERVICE, level=level)
    web.cookies["careid-visit"] = visit.token
    return web.get("/sign-in/").content.decode()


def press(web, slug, user_id):
    page = web.get("/sign-in/").content.decode()
    posted = {"visit": re.search(r'name="visit" value="([^"]+)"', page).group(1), slug: user_id}
    return web.post(f"/sign-in/{slug}/", posted)


def test_the_people_differ_by_role_and_level_as_those_of_the_fields_own_mock_do():
    found = {
        (one.profile.user_id, re.search(r"R\d{4}", role.role_code).group(), one.kind[-4:].upper())
        for one in Authenticator.objects.filter(kind__in=MOCKS, external_id__startswith="6560057501")
        for role in one.profile.roles.all()
    }
    assert found == {
        ("656005750104", "R8008", "AAL3"),
        ("656005750107", "R8000", "AAL3"),
        ("656005750108", "R0260", "AAL3"),
        ("656005750109", "R8000", "AAL2"),
        ("656005750111", "R0260", "AAL2"),
        ("656005750112", "R8008", "AAL2"),
    }
    others = Profile.objects.filter(user_id__in=["999900000021", "999900000022"]).order_by("user_id")
    assert [one.roles.count() for one in others] == [0, 7]


@pytest.mark.parametrize("level", [2, 3])
def test_one_press_signs_in_at_the_level_of_whoever_was_chosen(level, web):
    for mock in (one for one in mock_people.MOCKS if level in one.levels):
        page = asked_by_a_service(web, level)
        assert "This is a mock." in page
        assert f'name="mock_aal{level}" value="{mock.person.user_id}"' in page
        assert press(web, f"mock_aal{level}", mock.person.user_id).status_code == 302
        made = SignIn.objects.latest("at")
        assert (made.profile.user_id, made.level, made.acr) == (mock.person.user_id, level, f"AAL{level}_MOCK")


def test_who_asks_for_level_three_is_shown_nobody_of_level_two_and_given_none(web):
    assert 'name="mock_aal2"' not in asked_by_a_service(web, 3)
    assert press(web, "mock_aal2", "656005750109").url == "/sign-in/"
    assert not Session.objects.exists()


def test_it_is_no_way_to_ones_own_account(web):
    page = web.get("/sign-in/").content.decode()
    assert "mock" not in page.lower()
    assert press(web, "mock_aal3", "656005750104").url == "/sign-in/"
    assert not Session.objects.exists()


@pytest.mark.parametrize("chosen", ["", "656005750109", "999900000011", "\x00", "6" * 13, "٦٥٦٠٠٥٧٥٠١٠٤"])
def test_nobody_but_its_own_people_can_be_chosen(chosen, web):
    asked_by_a_service(web, 2)
    assert press(web, "mock_aal3", chosen).url == "/sign-in/"
    assert web.get("/sign-in/mock_aal3/").url == "/sign-in/"
    assert not Session.objects.exists()


@pytest.mark.parametrize("stop", ["suspended", "closed"])
def test_who_was_stopped_is_told_so_and_not_signed_in(stop, web):
    one = Authenticator.objects.select_related("profile").get(kind="mock_aal3", external_id="656005750104")
    if stop == "suspended":
        actions.suspend(authenticator=one, by="admin:1", reason="lost")
    else:
        closing.close(profile=one.profile, by="admin:1", reason="leaver")
    asked_by_a_service(web, 3)
    assert press(web, "mock_aal3", "656005750104").url == "/sign-in/refused/"
    assert f'data-reason="{stop}"' in web.get("/sign-in/refused/").content.decode()
    assert not Session.objects.exists()
    assert Event.objects.filter(name="sign_in.refused").get().reason == stop


def test_with_it_level_three_can_be_met_and_without_it_can_not(monkeypatch):
    assert "AAL3_ANY" in levels.supported(authorizing.ways())
    for slug in MOCKS:
        monkeypatch.delitem(KINDS, slug)
    assert not [one for one in levels.supported(authorizing.ways()) if one.startswith("AAL3_")]


def test_nobody_can_add_one_and_no_page_of_adding_names_it(web):
    assert not [slug for slug in MOCKS for one in Profile.objects.all() if KINDS[slug].is_offered(one)]
    assert "mock" not in web.get("/").content.decode().lower()


def test_a_second_start_makes_nobody_anew():
    before = Profile.objects.count(), Authenticator.objects.count(), Role.objects.count()
    mock_people.seed()
    assert before == (Profile.objects.count(), Authenticator.objects.count(), Role.objects.count())


def test_outside_the_demo_it_is_not_there(settings):
    ours = [f"demo.kinds.{slug}" for slug in MOCKS]
    assert read(CAREID_DEMO="on", CAREID_DEMO_MOCK="on").KINDS[-2:] == ours
    assert not set(read(CAREID_DEMO="off", CAREID_DEMO_MOCK="on").KINDS) & set(ours)
    settings.DEMO = False
    with pytest.raises(ImportError):
        runpy.run_path(str(ROOT / "demo" / "kinds" / "mock.py"))
