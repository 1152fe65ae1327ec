import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
import time_machine
from django.contrib.auth.hashers import check_password
from django.utils import timezone

from authenticators.models import Authenticator
from careid.people.services import Service
from careid.post.models import Mail
from careid.trail.models import Event
from enrolment.models import Attempt
from tests.authenticators.totp.visitors import Visitor
from tests.authenticators.totp.way import PASSWORD
from tests.threads import together
from tests.visitors import newest_code, post

pytestmark = pytest.mark.django_db
APP = "/authenticators/totp/app/"
PASSWORD_PAGE = "/authenticators/totp/password/"


def text(response):
    return " ".join(response.content.decode().split())


def wrong_code(key, used=()):
    near = {pyotp.TOTP(key).at(timezone.now() + timedelta(seconds=30 * step)) for step in range(-15, 16)}
    return next(f"{number:06}" for number in range(1_000_000) if f"{number:06}" not in near | set(used))


def shown_by_a_clock(key, **out):
    return pyotp.TOTP(key).at(timezone.now() + timedelta(**out))


def test_a_person_adds_an_app(visitor, person):
    Service.objects.create(name="National Care Records Service")
    key = visitor.reach_app(person)
    response = visitor.app_code(pyotp.TOTP(key).now())
    one = Authenticator.objects.get()
    assert response.url == f"/authenticators/{one.pk}/done/"
    assert (one.profile_id, one.kind, one.state, one.details) == (person.pk, "totp", "active", {})
    assert one.material["key"] == key
    assert check_password(PASSWORD, one.material["password"])
    page = text(visitor.client.get(response.url))
    assert "Authenticator app added" in page
    assert "National Care Records Service" in page
    [notice] = post()
    assert notice.to == [person.email]
    assert key not in notice.body


def test_the_step_that_enrolled_is_kept_so_that_its_code_does_not_sign_in(visitor, person):
    before = int(timezone.now().timestamp()) // 30
    visitor.enrol(person)
    assert Authenticator.objects.get().material["step"] in {before, before + 1}


def test_the_page_holds_the_key_the_picture_and_the_address_and_no_form_field_holds_them(visitor, person):
    key = visitor.reach_app(person)
    page = visitor.client.get(APP).content.decode()
    address = unescape(re.search(r'<a id="totp-uri" href="([^"]+)"', page).group(1))
    assert parse_qs(urlsplit(address).query)["secret"] == [key]
    assert unquote(urlsplit(address).path).endswith(f":{person.email}")
    assert "<svg" in page
    assert not [field for field in re.findall(r"<input[^>]*>", page) if key in field]


def test_reload_a_wrong_code_and_a_new_password_leave_the_same_key(visitor, person):
    key = visitor.reach_app(person)
    visitor.app_code(wrong_code(key))
    visitor.client.post(PASSWORD_PAGE, {"password": PASSWORD + "!", "confirm_password": PASSWORD + "!"})
    assert visitor.key() == key
    visitor.app_code(pyotp.TOTP(key).now())
    assert check_password(PASSWORD + "!", Authenticator.objects.get().material["password"])


@pytest.mark.parametrize("steps", [-2, 2])
def test_two_steps_away_is_refused(steps, visitor, person):
    key = visitor.reach_app(person)
    assert visitor.app_code(shown_by_a_clock(key, seconds=30 * steps)).status_code == 422
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(("out", "words"), [(180, "3 minutes fast"), (-240, "4 minutes slow")])
def test_a_clock_that_is_out_is_told_so(out, words, visitor, person):
    key = visitor.reach_app(person)
    assert words in text(visitor.app_code(shown_by_a_clock(key, seconds=out)))


def test_the_code_from_the_email_is_told_apart(visitor, person):
    visitor.details(person)
    mailed = newest_code()
    visitor.code(mailed)
    visitor.client.post("/authenticators/totp/", {"sole_access": "on"})
    visitor.client.post(PASSWORD_PAGE, {"password": PASSWORD, "confirm_password": PASSWORD})
    assert "That is the code from the email" in text(visitor.app_code(mailed))


def test_ten_wrong_codes_make_a_new_key_and_three_keys_end_it(visitor, person):
    keys = {visitor.reach_app(person)}
    for _ in range(2):
        for _ in range(10):
            response = visitor.app_code(wrong_code(visitor.key()))
        assert "tenth wrong code" in text(response)
        keys.add(visitor.key())
    assert len(keys) == 3
    last = visitor.key()
    for _ in range(10):
        response = visitor.app_code(wrong_code(last))
    assert response.status_code == 403
    assert 'data-reason="no_more_keys"' in text(response)
    assert visitor.app_code(shown_by_a_clock(last)).status_code == 403
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "\u00b2" * 6, "1" * 5000, "1\x002345"])
def test_what_is_no_code_costs_no_try(code, visitor, person):
    visitor.reach_app(person)
    assert visitor.app_code(code).status_code == 422
    assert Attempt.objects.get().pending["totp"]["tries"] == 0


def test_the_tick_is_asked_for(visitor, person):
    visitor.verify(person)
    assert visitor.client.post("/authenticators/totp/", {}).status_code == 422
    assert visitor.client.get(PASSWORD_PAGE).url == "/authenticators/totp/"


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "short", "12 characters or more"),
        (PASSWORD, PASSWORD + "x", "not the same"),
        ("x" * 300, "x" * 300, "256 characters or fewer"),
        ("", "", "Enter a password"),
        ("lamp otter \x00 window", "lamp otter \x00 window", "Error"),
    ],
)
def test_a_password_that_cannot_be_used_is_told_why_and_not_shown_again(password, again, words, visitor, person):
    visitor.verify(person)
    visitor.client.post("/authenticators/totp/", {"sole_access": "on"})
    response = visitor.client.post(PASSWORD_PAGE, {"password": password, "confirm_password": again})
    assert response.status_code == 422
    assert words in text(response)
    assert not password or f'value="{password}' not in response.content.decode()


def test_spaces_around_a_password_are_part_of_it(visitor, person):
    visitor.verify(person)
    visitor.client.post("/authenticators/totp/", {"sole_access": "on"})
    visitor.client.post(PASSWORD_PAGE, {"password": f"  {PASSWORD} ", "confirm_password": f"  {PASSWORD} "})
    assert check_password(f"  {PASSWORD} ", Attempt.objects.get().pending["totp"]["password"])


class TestAfterwards:
    def test_every_page_of_the_journey_leads_to_the_confirmation(self, visitor, person):
        done = visitor.enrol(person).url
        for page in ("/code/", "/authenticators/", "/authenticators/totp/", PASSWORD_PAGE, APP):
            assert visitor.client.get(page).url == done
            assert visitor.client.post(page).url == done
        assert visitor.app_code("123456").url == done
        assert Authenticator.objects.count() == 1

    def test_it_can_be_named(self, visitor, person):
        done = visitor.enrol(person).url
        assert visitor.client.post(done, {"name": "Work phone"}).url == done
        assert Authenticator.objects.get().name == "Work phone"
        assert "Work phone" in text(visitor.client.get(done))
        assert visitor.client.post(done, {"name": "x" * 41}).status_code == 422
        assert visitor.client.post(done, {"name": "<b>\u202eodd\u200b</b>"}).status_code == 302
        assert visitor.client.post(done, {"name": "odd\x01"}).status_code == 422
        assert visitor.client.post(done, {"name": "two\r\nlines"}).status_code == 302
        assert Authenticator.objects.get().name == "two lines"
        visitor.client.post(done, {"name": "<b>odd</b>"})
        assert "<b>" not in visitor.client.get(done).content.decode().split("<main")[1].split("</main")[0]

    def test_it_can_be_undone_within_ten_minutes_once(self, visitor, person):
        done = visitor.enrol(person).url
        for _ in range(2):
            assert visitor.client.post(done.replace("done", "undo")).url == done
        assert Authenticator.objects.get().state == "revoked"
        assert Event.objects.filter(name="authenticator.revoked").count() == 1
        assert Mail.objects.filter(template="authenticator_revoked").count() == 1
        assert "Authenticator app added" not in text(visitor.client.get(done))

    def test_after_ten_minutes_it_is_closed(self, visitor, person):
        done = visitor.enrol(person).url
        with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=True):
            assert visitor.client.get(done).url == "/expired/"
            assert visitor.client.post(done.replace("done", "undo")).url == "/expired/"
            page = text(visitor.client.get("/expired/"))
        assert 'data-reason="added"' in page
        assert Authenticator.objects.get().state == "active"

    def test_it_is_not_there_for_anybody_else(self, visitor, person, make_person):
        done = visitor.enrol(person).url
        assert Visitor().client.get(done).status_code == 404
        other = Visitor()
        other.enrol(make_person())
        assert other.client.get(done).status_code == 404
        assert other.client.post(done.replace("done", "undo")).status_code == 404
        assert Authenticator.objects.filter(state="active").count() == 2

    def test_another_takes_a_new_code_first(self, visitor, person):
        visitor.enrol(person)
        post()
        assert visitor.client.post("/authenticators/another/").url == "/code/"
        assert visitor.client.get("/authenticators/").url == "/code/"
        visitor.code(newest_code())
        assert visitor.client.get("/authenticators/").status_code == 200
        assert Attempt.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_right_code_posted_ten_times_at_once_adds_one_app(visitor, person):
    code = pyotp.TOTP(visitor.reach_app(person)).now()
    cookie = visitor.client.cookies["careid"].value

    def press():
        other = Visitor()
        other.client.cookies["careid"] = cookie
        response = other.app_code(code)
        return response.status_code, response.get("Location")

    assert set(together([press] * 10)) == {(302, f"/authenticators/{Authenticator.objects.get().pk}/done/")}
    assert Mail.objects.filter(template="authenticator_added").count() == 1
