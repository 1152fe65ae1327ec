"""What was typed when a session of the desk ended stands in its form again, for whoever typed it, and is no secret."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django import forms
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from careid.people.models import Organisation
from desk import verbs
from desk.door import drafts
from desk.door import forms as door
from desk.verb_forms import _NumberField
from tests.desk.door.admins import role

pytestmark = pytest.mark.django_db
EMAIL = {"email": "new@example.nhs.uk", "reason": "correction", "note": "Ticket 4711"}
NUMBER = "PP999901C"  # made up: PP is never issued


@pytest.fixture
def agent(admin):
    """Somebody with a password and a passkey, in."""
    return admin.enrol()


@pytest.fixture
def page(person):
    return f"/admin/careid/profile/{person.pk}/email/"


def later(minutes=16):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def sign_in_again(agent):
    agent.type_password()
    assert agent.use_passkey(count=2).status_code == 302


def test_a_form_that_was_sent_too_late_stands_there_again_after_the_sign_in(agent, page, person):
    before = person.email
    with later():
        answer = agent.client.post(page, EMAIL)
        assert answer["Location"] == f"/admin/login/?next={page}"
        sign_in_again(agent)
        shown = agent.client.get(page).content.decode()
        for words in (EMAIL["email"], EMAIL["note"], 'value="correction" selected', "What you had typed"):
            assert words in shown
        assert EMAIL["email"] not in agent.client.get(page).content.decode()  # once
    person.refresh_from_db()
    assert person.email == before


def test_another_account_at_the_same_browser_sees_nothing_of_it(agent, make_admin, page):
    other = make_admin("omar@example.nhs.uk").enrol()
    with later():
        agent.client.post(page, EMAIL)
        other.client = agent.client
        sign_in_again(other)
        assert EMAIL["email"] not in other.client.get(page).content.decode()


def test_no_number_no_password_and_nothing_in_clear_is_kept(agent, person):
    sent = EMAIL | {"number": NUMBER, "again": NUMBER, "password": "kettle orbit", "note": f"it is {NUMBER[:2]} {NUMBER[2:]}"}  # fmt: skip
    with later():
        agent.client.post(f"/admin/careid/profile/{person.pk}/number/", sent)
        kept = drafts.left(SimpleNamespace(session=agent.client.session))
        assert kept["fields"] == {"email": [EMAIL["email"]], "reason": ["correction"]}
        stored = Session.objects.get(pk=agent.client.session.session_key).get_decoded()
        assert EMAIL["email"] not in str(stored)


def every_form():
    yield from (
        verb.form for verb in (*verbs.PROFILE, *verbs.AUTHENTICATOR, *verbs.REPORT) if isinstance(verb.form, type)
    )
    yield from (one for one in vars(door).values() if isinstance(one, type) and issubclass(one, forms.BaseForm))


def test_every_field_of_a_password_a_code_or_a_number_is_among_those_that_are_never_kept():
    secret = {
        name
        for form in every_form()
        for name, field in form.base_fields.items()
        if isinstance(field, _NumberField) or isinstance(field.widget, forms.PasswordInput) or name == "code"
    }
    assert len(secret) > 5
    assert secret <= drafts.NEVER


def test_a_page_that_closes_by_itself_leads_back_to_its_form(agent, page):
    answer = agent.client.post("/admin/left/", EMAIL | {"desk-page": page})
    assert answer["Location"] == page
    assert EMAIL["note"] in agent.client.get(page).content.decode()
    with later():
        assert "/admin/login/" in agent.client.get("/admin/stay/?part")["Location"]  # the look before it closes
        asked = agent.client.post("/admin/left/", EMAIL | {"desk-page": page})
        assert asked["Location"] == "/admin/login/?next=/admin/left/"
        sign_in_again(agent)
        assert agent.client.get("/admin/left/")["Location"] == page
        assert EMAIL["note"] in agent.client.get(page).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "/details/", ""])
def test_it_leads_to_no_page_but_the_desks_own(agent, elsewhere):
    assert agent.client.post("/admin/left/", {"desk-page": elsewhere})["Location"].startswith("/admin/")


def test_djangos_own_forms_stand_there_again_too(admin_client, organisation):
    page = f"/admin/careid/organisation/{organisation.pk}/change/"
    admin_client.post("/admin/left/", {"name": "Hillside Trust", "kinds_off": [], "desk-page": page})
    form = admin_client.get(page).context["adminform"].form
    assert form["name"].value() == "Hillside Trust"
    assert form["takes_part"].value() is False
    assert Organisation.objects.get().name == organisation.name


def test_how_long_is_left_is_told_and_a_look_gives_no_more(organisation):
    client = role("RA agent", organisation)
    client.get("/admin/")
    with later(minutes=10):
        assert 290 <= client.get("/admin/stay/?part").json()["seconds"] <= 300
        assert 290 <= client.get("/admin/stay/?part").json()["seconds"] <= 300
        assert client.post("/admin/stay/").json()["seconds"] == 900
    assert "/admin/login/" in Client().get("/admin/stay/")["Location"]


def test_every_page_of_the_desk_says_how_long_it_lasts(admin_client, person):
    for page in ("", "careid/profile/", f"careid/profile/{person.pk}/change/", f"careid/profile/{person.pk}/email/"):
        assert 'data-seconds="' in admin_client.get(f"/admin/{page}").content.decode(), page
