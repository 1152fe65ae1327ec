"""The desk's door: a password and a second factor, neither of them alone."""

from datetime import timedelta
from urllib.parse import urlencode

import pyotp
import pytest
import time_machine
from django.contrib import admin as django_admin
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from careid.trail.models import Event
from desk.door.models import Passkey
from tests.desk.door.admins import PASSWORD, signed_in

BEFORE_THE_DOOR = {"login/", "login/second/", "login/inside/", "invitation/<str:token>/", "invitation/"}


def events(name):
    return list(Event.objects.filter(name=name).order_by("sequence"))


def every_page():
    """Each address of the desk, with something in place of what it asks for."""

    def walk(patterns, prefix):
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, here)
            elif here not in BEFORE_THE_DOOR and "(?P<url>" not in here:
                yield "/admin/" + here.replace("<path:object_id>", "1").replace("<int:content_type_id>", "1")

    pages = [
        page.replace("<path:object_id>", "1").replace("<id>", "1") for page in walk(django_admin.site.get_urls(), "")
    ]
    return [page.replace("^r/", "r/") for page in pages if "(?" not in page and "<" not in page]


def test_a_password_and_a_passkey_sign_in(admin):
    admin.enrol()
    admin.client = Client()
    response = admin.type_password()
    assert response["Location"] == "/admin/login/second/?next=%2Fadmin%2F"
    assert not admin.is_in()
    assert "Use your passkey" in admin.client.get(response["Location"]).content.decode()
    assert admin.use_passkey()["Location"] == "/admin/"
    assert admin.is_in()
    user = User.objects.get()
    assert [event.details for event in events("admin.signed_in")] == [{"admin": user.pk, "factor": "passkey"}] * 2
    assert events("admin.signed_in")[-1].actor == f"admin:{user.pk}"


def test_a_password_alone_opens_no_page_of_the_desk(admin):
    admin.enrol()
    admin.client = Client()
    admin.type_password()
    pages = every_page()
    assert len(pages) > 30
    assert {"/admin/", "/admin/factors/", "/admin/password_change/", "/admin/careid/profile/"} <= set(pages)
    for page in pages:
        for answer in (admin.client.get(page), admin.client.post(page)):
            wanted = "/admin/" if page == "/admin/logout/" else "/admin/login/?next="
            assert answer.status_code == 302, page
            assert answer["Location"].startswith(wanted), page
        assert Client().get(page).status_code == 302, page


def test_the_session_gets_a_new_key_at_each_half_of_the_sign_in(admin):
    admin.enrol()
    admin.client = Client()
    admin.client.get("/admin/login/")
    admin.type_password()
    half = admin.client.cookies["admin"].value
    admin.use_passkey()
    assert admin.client.cookies["admin"].value != half
    assert not Session.objects.filter(session_key=half).exists()


def test_signing_in_leads_to_the_page_that_was_asked_for_and_never_elsewhere(admin):
    admin.enrol()
    admin.client = Client()
    wanted = admin.client.get("/admin/careid/event/?q=a")["Location"]
    page = admin.client.get(wanted).content.decode()
    assert 'name="next" value="/admin/careid/event/?q=a"' in page
    for elsewhere in (
        "https://evil.example/admin/",
        "//evil.example/admin/",
        "/details/",
        "/admin/../",
        "/admin/\\evil",
    ):
        location = admin.type_password()["Location"]
        used = admin.use_passkey(wanted=elsewhere, count=9)["Location"]
        assert used in {"/admin/", "/admin/../", "/admin/%5Cevil"}
        assert location.startswith("/admin/login/second/")
        admin.client, admin.key = Client(), admin.key
        Passkey.objects.update(sign_count=0)


class TestTheSession:
    def test_ends_after_fifteen_minutes_without_a_page(self, admin):
        admin.enrol()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert admin.is_in()
            clock.shift(timedelta(minutes=14))
            assert admin.is_in()
            clock.shift(timedelta(minutes=14))
            assert admin.is_in()
            clock.shift(timedelta(minutes=15, seconds=1))
            assert not admin.is_in()

    def test_ends_after_eight_hours_at_most(self, admin):
        admin.enrol()
        session = admin.client.session
        session["since"] -= timedelta(hours=7, minutes=50).total_seconds()
        session.save()
        assert admin.is_in()
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            assert not admin.is_in()

    def test_waits_a_quarter_of_an_hour_for_the_second_factor(self, admin):
        admin.enrol()
        admin.client = Client()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            admin.type_password()
            clock.shift(timedelta(minutes=14))
            assert admin.options_to_use()
            clock.shift(timedelta(minutes=2))
            assert not admin.options_to_use()

    def test_is_over_for_an_account_that_is_switched_off_or_left_without_its_factor(self, admin):
        admin.enrol()
        User.objects.update(is_active=False)
        assert not admin.is_in()
        User.objects.update(is_active=True)
        assert admin.is_in()
        Passkey.objects.all().delete()
        assert not admin.is_in()


class TestAnApp:
    @pytest.fixture(autouse=True)
    def _allowed(self, settings):
        settings.ADMIN_APP = True

    @pytest.fixture
    def app(self, admin):
        admin.invited().choose_password()
        key = admin.app_key()
        with time_machine.travel(timezone.now() - timedelta(minutes=5)):
            assert admin.client.post("/admin/invitation/", {"code": pyotp.TOTP(key).now()})["Location"] == "/admin/"
        admin.client = Client()
        admin.type_password()
        return pyotp.TOTP(key)

    def code(self, admin, code):
        return admin.client.post("/admin/login/second/", {"code": code})

    def test_is_a_second_factor_where_the_setting_is_on(self, admin, app):
        assert "Open your authenticator app" in admin.client.get("/admin/login/second/").content.decode().replace(
            "open", "Open"
        )
        assert self.code(admin, app.now())["Location"] == "/admin/"
        assert admin.is_in()
        assert events("admin.signed_in")[-1].details["factor"] == "app"

    def test_does_not_take_a_code_twice(self, admin, app):
        code = app.now()
        self.code(admin, code)
        admin.client = Client()
        admin.type_password()
        assert self.code(admin, code).status_code == 422
        assert not admin.is_in()

    def test_tells_that_a_code_is_wrong(self, admin, app):
        response = self.code(admin, f"{(int(app.now()) + 1) % 1_000_000:06}")
        assert response.status_code == 422
        assert "not the code your app shows" in response.content.decode()
        assert [event.reason for event in events("admin.sign_in_refused")] == ["code"]

    def test_is_refused_where_the_setting_is_off(self, admin, app, settings):
        settings.ADMIN_APP = False
        assert 'name="code"' not in admin.client.get("/admin/login/second/").content.decode()
        assert self.code(admin, app.now()).status_code == 200
        assert not admin.is_in()

    def test_keeps_nobody_in_once_the_setting_is_off(self, admin, app, settings):
        self.code(admin, app.now())
        assert admin.is_in()
        settings.ADMIN_APP = False
        assert not admin.is_in()

    def test_is_guessed_five_times_and_no_more(self, admin, app):
        wrong = f"{(int(app.now()) + 1) % 1_000_000:06}"
        assert [self.code(admin, wrong).status_code for _ in range(6)] == [422] * 5 + [429]
        assert self.code(admin, app.now()).status_code == 429
        assert not admin.is_in()

    def test_keeps_its_key_sealed(self, admin, app):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT key FROM desk_app")
            [(stored,)] = cursor.fetchall()
        assert app.secret.encode() not in bytes(stored)


def test_a_name_and_a_password_that_do_not_go_together_are_told_alike(admin, db):
    admin.enrol()
    User.objects.create_user("clerk@example.nhs.uk", password=PASSWORD)  # not of the desk
    pages = set()
    for name, password in (
        (admin.email, "wrong"),
        ("nobody@example.nhs.uk", PASSWORD),
        ("clerk@example.nhs.uk", PASSWORD),
    ):
        response = Client().post("/admin/login/", {"username": name, "password": password})
        assert response.status_code == 422
        pages.add("That name and password do not go together" in response.content.decode())
    assert pages == {True}
    whose = [User.objects.get(username=name).pk for name in (admin.email, "clerk@example.nhs.uk")]
    details = [{"admin": whose[0]}, {}, {"admin": whose[1]}]
    assert [event.details for event in events("admin.sign_in_refused")] == details
    assert all("nobody" not in str(vars(event)) for event in Event.objects.all())


def test_an_address_is_a_name_in_any_case(admin):
    admin.enrol()
    admin.client = Client()
    assert admin.type_password(name=admin.email.upper()).status_code == 302


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 300, "' OR 1=1 --", " "])
def test_odd_names_get_an_answer(admin, name):
    body = urlencode({"username": name, "password": "x" * 300}, errors="surrogatepass")
    response = admin.client.post("/admin/login/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422


def test_the_pages_of_the_door_need_no_inline_script(admin):
    admin.enrol()
    for client in (Client(), admin.client):
        page = client.get("/admin/login/")
        assert "unsafe" not in page["Content-Security-Policy"]
        assert page["Cache-Control"]


def test_a_verified_session_made_for_tests_is_one(admin_user):
    assert signed_in(Client(), admin_user).get("/admin/").status_code == 200
