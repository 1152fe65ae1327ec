"""The page that stands in for the phones of the demo's people."""

import pyotp
import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from authenticators.models import Authenticator
from demo import env, people
from tests.demo.seeding import PASSWORD, seed

pytestmark = pytest.mark.django_db
FIRST = people.TO_SIGN_IN[0]
PAGE = f"/demo/phone/{FIRST.user_id}/"


@pytest.fixture(autouse=True)
def _seeded(db, settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setenv(env.PASSWORD, PASSWORD)
    seed()


def shown(client, page=PAGE):
    return client.get(page, {"format": "json"}).json()["apps"]


def test_everybody_who_has_an_app_is_there_to_choose(client):
    page = client.get("/demo/phone/").content.decode()
    assert [person for person in people.TO_SIGN_IN if f"/demo/phone/{person.user_id}/" not in page] == []
    assert people.TO_TRY[0].user_id not in page


def test_it_shows_the_code_and_the_password_of_the_app(client):
    [app] = shown(client)
    key = Authenticator.objects.get(kind="totp", profile__user_id=FIRST.user_id).material["key"]
    assert app["code"] == pyotp.TOTP(key).now()
    assert app["password"] == PASSWORD
    page = client.get(PAGE).content.decode()
    assert PASSWORD in page
    assert "data-code" in page


def test_a_password_that_somebody_chose_is_not_there(client):
    app = Authenticator.objects.get(kind="totp", profile__user_id=FIRST.user_id)
    app.material |= {"password": make_password("their own three words")}
    app.save()
    assert shown(client)[0]["password"] == ""
    assert "the one that you chose" in client.get(PAGE).content.decode()


def test_an_app_that_was_added_in_the_demo_is_there_too(client, person, visitor):
    visitor.enrol(person, "totp")
    assert person.user_id in client.get("/demo/phone/").content.decode()
    assert len(shown(client, f"/demo/phone/{person.user_id}/")) == 1


def test_an_app_that_was_taken_away_is_on_no_phone(client):
    Authenticator.objects.update(state="revoked", state_reason="lost")
    assert shown(client) == []
    assert "There is no authenticator app on it" in client.get(PAGE).content.decode()
    assert "Nobody has an authenticator app now" in client.get("/demo/phone/").content.decode()


@pytest.mark.parametrize("page", ["/demo/phone/", PAGE])
def test_outside_the_demo_there_is_no_phone(page, settings):
    settings.DEMO = False
    assert Client().get(page).status_code == 404


def test_there_is_no_phone_of_somebody_who_is_not_on_file(client):
    assert client.get("/demo/phone/nobody/").status_code == 404
