"""The page of the code, and what waits for it: five minutes, sealed, and wiped once it was judged."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from sign_in import jobs
from sign_in.models import Visit
from tests.authenticators.totp.people import shown, wrong
from tests.authenticators.totp.signing_in import Here, text
from tests.authenticators.totp.way import PASSWORD

pytestmark = pytest.mark.django_db
CODE = "/sign-in/totp/"


@pytest.fixture
def here():
    return Here()


def waits():
    return (Visit.objects.get().pending or {}).get("totp")


def test_who_cannot_get_a_code_is_told_the_ways_out(here, app):
    here.type(app.profile.email)
    page = here.page(CODE)
    assert "I cannot get a code" in page
    for way in ("/sign-in/", "/forgotten/", "/help/find-your-ra/"):
        assert f'href="{way}"' in page
    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page


def test_the_email_field_is_one_in_which_a_browser_may_offer_more(here):
    page = here.page("/sign-in/")
    assert 'autocomplete="username webauthn"' in page
    assert 'autocomplete="current-password"' in page
    assert 'href="/forgotten/"' in page


def test_before_anything_was_typed_there_is_no_page_of_the_code(here):
    assert here.client.get(CODE).url == "/sign-in/"


def test_a_code_of_a_try_that_never_began_is_led_to_where_one_begins(here):
    here.page("/sign-in/")
    answer = here.post("/sign-in/", CODE, code="123456")
    assert answer.status_code == 302
    assert answer.url == "/sign-in/"


def test_what_was_typed_waits_five_minutes(here, app):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        here.type(app.profile.email)
        visit = str(Visit.objects.get().pk)
    with time_machine.travel(now + timedelta(minutes=4, seconds=59), tick=False):
        assert here.client.get(CODE).status_code == 200
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        answer = here.client.post(CODE, {"visit": visit, "code": shown(app)})
        assert answer.status_code == 422
        assert "We keep what you type for 5 minutes and one try" in text(answer)
        assert app.profile.email in text(answer)
        assert not waits()
        assert here.client.get(CODE).url == "/sign-in/"


def test_what_was_typed_is_wiped_at_the_judgement(here, app):
    here.type(app.profile.email)
    assert waits()["password"] == PASSWORD
    here.prove(wrong(app))
    assert not waits()
    assert here.client.get(CODE).url == "/sign-in/"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "letters", "\u0661\u0662\u0663\u0664\u0665\u0666", "\0" * 6])
def test_what_can_be_no_code_is_told_so_and_costs_no_try(code, here, app):
    here.type(app.profile.email)
    answer = here.prove(code)
    assert answer.status_code == 422
    assert 'data-page="sign-in-code"' in text(answer)
    assert waits()
    assert here.prove(shown(app)).url == "/account/"


@pytest.mark.parametrize("typed", ["{code}", " {a} {b} ", "{a}-{b}", "Your code is {code}."])
def test_a_code_is_read_with_what_was_pasted_around_it(typed, here, app):
    here.type(app.profile.email)
    code = shown(app)
    assert here.prove(typed.format(code=code, a=code[:3], b=code[3:])).url == "/account/"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "", "password": PASSWORD}, "Enter your email address"),
        ({"email": "no address", "password": PASSWORD}, "Enter an email address, like name@example.com"),
        ({"email": "a@example.org", "password": ""}, "Enter your password"),
        ({"email": "a@example.org", "password": "x" * 257}, "Your password must be 256 characters or fewer"),
        ({"password": PASSWORD}, "Enter your email address"),
    ],
)
def test_a_slip_in_address_or_password_is_told_on_the_page_of_the_ways(fields, words, here):
    answer = here.post("/sign-in/", "/sign-in/", **fields)
    assert answer.status_code == 422
    assert words in text(answer)
    assert PASSWORD not in text(answer)
    assert not Visit.objects.exists()


def test_a_form_of_another_visit_does_nothing(here, app):
    here.type(app.profile.email)
    answer = here.client.post(CODE, {"visit": "0" * 8, "code": shown(app)})
    assert answer.url == "/sign-in/"
    assert waits()


def test_an_address_can_be_typed_again(here, app):
    here.type("nobody.knows@example.org")
    here.type(app.profile.email)
    assert here.prove(shown(app)).url == "/account/"


def test_a_password_that_no_code_followed_is_wiped_once_its_visit_is_over(here, app):
    here.type(app.profile.email)
    jobs.purge(0)
    assert waits()
    Visit.objects.update(started_at=timezone.now() - timedelta(minutes=21))
    jobs.purge(0)
    assert Visit.objects.values_list("pending", flat=True).get() is None
