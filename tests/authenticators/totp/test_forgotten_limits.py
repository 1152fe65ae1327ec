"""How often a new password may be asked for and a code be wrong, each limit at its edge."""

from datetime import timedelta

import pytest
import time_machine

from authenticators.totp import limits
from careid.post.models import Mail
from profiles import locks
from tests.authenticators.totp.forgetting import NEXT, Forgetful
from tests.authenticators.totp.people import shown, wrong
from tests.authenticators.totp.signing_in import Here, known_browser, so_often
from tests.authenticators.totp.way import PASSWORD
from tests.visitors import newest_code, post

pytestmark = pytest.mark.django_db
NOBODY = "nobody.knows@example.org"
each_address = pytest.mark.parametrize("email", [None, NOBODY], ids=["on file", "nobody's"])


@each_address
def test_six_codes_an_hour_go_to_an_address_and_no_more(email, app, now):
    email = email or app.profile.email
    with time_machine.travel(now, tick=False):
        assert [Forgetful().ask(email).status_code for _ in range(7)] == [302] * 6 + [429]
        answer = Forgetful().ask(email)
        assert answer["Retry-After"] == "3600"
        assert 'data-page="locked"' in answer.content.decode()
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        assert Forgetful().ask(email).status_code == 302


@each_address
def test_ten_codes_a_day_go_to_an_address_and_no_more(email, app, now):
    with time_machine.travel(now, tick=False):
        so_often(limits.CODES_DAY, email or app.profile.email, 9)
        tenth, next_one = (Forgetful().ask(email or app.profile.email) for _ in range(2))
    assert (tenth.status_code, next_one.status_code, next_one["Retry-After"]) == (302, 429, "86400")


def test_twenty_codes_an_hour_are_asked_for_from_one_place(app, now):
    with time_machine.travel(now, tick=False):
        so_often(limits.CODES_ADDRESS, "127.0.0.1", 19)
        last, next_one = (Forgetful().ask(email) for email in (app.profile.email, NOBODY))
    assert (last.status_code, next_one.status_code, next_one["Retry-After"]) == (302, 429, "3600")


def test_a_stranger_who_asks_keeps_nobody_from_asking_in_a_browser_that_they_have_used(app, now):
    mine = known_browser(app)
    with time_machine.travel(now, tick=False):
        assert [Forgetful().ask(app.profile.email).status_code for _ in range(7)][-1] == 429
        assert Forgetful(mine.client).ask(app.profile.email).status_code == 302


@each_address
def test_twenty_five_wrong_codes_a_day_lock_an_address_and_are_told_of(email, app, now):
    email = email or app.profile.email
    here = Forgetful()
    with time_machine.travel(now, tick=False):
        so_often(limits.CODES_WRONG, email, 24)
        here.ask(email)
        mailed = here.mailed("000000"), here.mailed("000000")
    assert [answer.status_code for answer in mailed] == [422, 429]
    assert mailed[1]["Retry-After"] == "86400"
    assert Mail.objects.filter(template="new_password_locked").count() == 1
    told = [mail for mail in post() if "too many wrong codes" in mail.subject]
    assert [mail.to for mail in told] == ([] if email == NOBODY else [[email]])
    with time_machine.travel(now + timedelta(days=1, minutes=1), tick=False):
        again = Forgetful()
        assert again.ask(email).status_code == 302


def test_a_right_code_is_taken_back(app):
    so_often(limits.CODES_WRONG, app.profile.email, 24)
    for _ in range(2):
        Forgetful().to_app(app.profile)


def test_wrong_codes_of_the_app_count_as_wrong_sign_ins(app, now):
    here = Forgetful()
    with time_machine.travel(now, tick=False):
        here.to_app(app.profile)
        for _ in range(4):
            assert here.app(wrong(app)).status_code == 422
        assert Here().sign_in(app.profile.email, PASSWORD, wrong(app)).status_code == 422
        assert Here().sign_in(app.profile.email, PASSWORD, shown(app)).status_code == 429
        assert here.app(shown(app)).status_code == 429


def test_wrong_codes_of_the_app_count_in_a_row(app):
    so_often(limits.IN_A_ROW, limits.of_profile(app.profile_id), 99)
    here = Forgetful()
    here.to_app(app.profile)
    assert here.app(wrong(app)).status_code == 422
    assert here.app(shown(app)).status_code == 429


def test_a_right_code_of_the_app_is_no_wrong_sign_in(app, now):
    with time_machine.travel(now, tick=False):
        for _ in range(4):
            Here().sign_in(app.profile.email, PASSWORD, wrong(app))
        Forgetful().to_password(app)
        assert Here().sign_in(app.profile.email, PASSWORD, wrong(app)).status_code == 422


def test_ten_passwords_in_a_quarter_of_an_hour_are_hashed_and_no_more(app):
    here = Forgetful()
    here.to_password(app)
    so_often(limits.PASSWORDS, str(here.client.get(NEXT).context["visit"].pk), 10)
    assert here.choose().status_code == 429


def test_the_desk_sees_and_lifts_a_lock_of_codes(app):
    for _ in range(7):
        Forgetful().ask(app.profile.email)
    [lock] = locks.of(app.profile)
    assert lock.words == "6 codes for a new password were asked for in an hour"
    locks.lift(profile=app.profile, by="admin:7", reason="mistake")
    here = Forgetful()
    here.ask(app.profile.email)
    assert here.mailed(newest_code()).status_code == 302
