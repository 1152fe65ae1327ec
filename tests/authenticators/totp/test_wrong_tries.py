"""How often somebody may be wrong, each limit at its edge, and who can't be locked out by whom."""

import base64
from datetime import timedelta

import pytest
import time_machine

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from authenticators.totp import limits
from authenticators.totp.kind import KIND
from careid.limits import counting
from careid.post.models import Mail
from careid.trail.models import Event
from profiles import locks
from sign_in import sessions, visits
from sign_in.browser import Browser
from sign_in.models import Visit
from tests import kinds
from tests.authenticators.totp.people import shown, with_app
from tests.authenticators.totp.signing_in import Here, fail, guess, known_browser, so_often
from tests.authenticators.totp.way import PASSWORD
from tests.visitors import post

pytestmark = pytest.mark.django_db
NOBODY = "nobody.knows@example.org"
A_WHILE = timedelta(minutes=15)


@pytest.mark.parametrize("email", [None, NOBODY], ids=["on file", "nobody's"])
def test_after_five_wrong_tries_an_address_is_locked_to_new_browsers_for_a_quarter_of_an_hour(email, app, now):
    with time_machine.travel(now, tick=False):
        assert fail(Here(), app, 6, email) == [422] * 5 + [429]
        answer = Here().sign_in(email or app.profile.email, PASSWORD, shown(app))
        assert answer.status_code == 429
        assert answer["Retry-After"] == "900"
    with time_machine.travel(now + A_WHILE, tick=False):
        assert Here().sign_in(email or app.profile.email, PASSWORD, shown(app)).status_code == (422 if email else 302)


def test_the_locks_of_an_address_double_up_to_eight_hours(app, now):
    at, lengths = now, []
    for _ in range(7):
        with time_machine.travel(at, tick=False):
            assert guess(app, 6) == [True] * 5 + [False]
            [*_, last] = [lock.until for lock in locks.of(app.profile)]
            lengths.append((last - at) / A_WHILE)
            at = last
    assert lengths == [1, 2, 4, 8, 16, 32, 1]


def test_who_goes_on_pressing_makes_no_lock_longer(app, now):
    with time_machine.travel(now, tick=False):
        assert guess(app, 30) == [True] * 5 + [False] * 25
    with time_machine.travel(now + A_WHILE, tick=False):
        assert Here().come_in(app).url == "/account/"


def test_the_page_of_a_lock_says_until_when_and_what_still_works(app):
    fail(Here(), app, 5)
    answer = Here().come_in(app)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert 'data-page="locked"' in page
    assert "until <" not in page
    assert "This lock is for the app alone" in page
    others = [kind.sign_in.title for kind in KINDS.values() if kind.sign_in and kind is not KIND]
    assert [title for title in others if f'<li><a href="/sign-in/">{title}</a></li>' in page] == others != []
    assert not (Visit.objects.latest("started_at").pending or {}).get("totp")


@pytest.mark.parametrize(
    ("limit", "subject", "most", "window"),
    [(limits.WRONG_ADDRESS, "127.0.0.1", 60, 3600), (limits.WRONG_NETWORK, "127.0.0.0/24", 600, 86_400)],
    ids=["address", "network"],
)
def test_an_address_has_so_many_wrong_tries_an_hour_and_its_network_a_day(limit, subject, most, window, app, now):
    with time_machine.travel(now, tick=False):
        so_often(limit, subject, most - 1)
        assert fail(Here(), app, 2) == [422, 429]
        answer = Here().come_in(app)
        assert (answer.status_code, answer["Retry-After"]) == (429, str(window))


def test_a_hundred_wrong_ones_in_a_row_close_it_to_new_browsers_until_it_is_lifted(app, now):
    mine = known_browser(app)
    with time_machine.travel(now, tick=False):
        so_often(limits.IN_A_ROW, limits.of_profile(app.profile_id), 99)
        assert fail(Here(), app, 2) == [422, 429]
        answer = Here().come_in(app)
        assert 'data-reason="registration_authority"' in answer.content.decode()
        assert mine.come_in(app).url == "/account/"
    with time_machine.travel(now + timedelta(days=300), tick=False):
        assert Here().come_in(app).status_code == 429
        assert locks.lift(profile=app.profile, by="admin:7", reason="mistake")
        assert Here().come_in(app).url == "/account/"


def test_a_sign_in_with_another_kind_forgets_those_in_a_row(app):
    other = Authenticator.objects.create(
        profile=app.profile, kind=kinds.another_kind(), external_id="one", material={}, added_by="person"
    )
    so_often(limits.IN_A_ROW, limits.of_profile(app.profile_id), 101)
    for one, after in ((app, 429), (other, 302)):
        sessions.open(visit=visits.begin(), authenticator=one, browser=Browser())
        assert Here().come_in(app).status_code == after


def test_a_right_one_is_taken_back_and_ends_the_row(app, now):
    with time_machine.travel(now, tick=False):
        assert fail(Here(), app, 4) == [422] * 4
        assert Here().come_in(app).url == "/account/"
        assert counting.look((limits.IN_A_ROW, limits.of_profile(app.profile_id)), more=100).over == ()
        assert fail(Here(), app, 2) == [422, 429]


def test_who_guesses_at_a_suspended_app_is_counted_alike(person):
    app = with_app(person, state="suspended", state_reason="lost")
    assert fail(Here(), app, 6) == [422] * 5 + [429]


@pytest.mark.parametrize("email", [None, NOBODY], ids=["on file", "nobody's"])
def test_a_lock_is_told_by_one_mail_a_day(email, app, now):
    for hours in (0, 3, 23, 25):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            assert fail(Here(), app, 6, email)[-1] == 429
    assert Mail.objects.filter(template="app_locked").count() == 2
    told = [mail for mail in post() if "too many wrong tries to sign in" in mail.subject]
    assert [mail.to for mail in told] == ([] if email else [[app.profile.email]] * 2)
    noted = Event.objects.filter(name="sign_in.refused", reason="locked")
    assert {one.profile_id for one in noted} == {None if email else app.profile_id}
    assert noted.count() == 4


def test_a_new_key_sheds_no_lock(app, settings, now):
    with time_machine.travel(now, tick=False):
        fail(Here(), app, 3)
        settings.KEYS = f"newer:{base64.b64encode(b'n' * 32).decode()},{settings.KEYS}"
        assert fail(Here(), app, 3) == [422, 422, 429]
        assert Here().come_in(app).status_code == 429
        assert locks.lift(profile=app.profile, by="admin:7", reason="mistake")
        assert Here().come_in(app).url == "/account/"
