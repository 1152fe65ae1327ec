"""From a browser in which somebody has signed in its own limits alone count: no stranger locks them out of it."""

from datetime import timedelta

import pytest
import time_machine

from authenticators.totp import limits
from careid.limits import counting
from profiles import locks
from tests.authenticators.totp.people import with_app
from tests.authenticators.totp.signing_in import Here, fail, known_browser, so_often

pytestmark = pytest.mark.django_db
A_WHILE = timedelta(minutes=15)


def test_a_stranger_locks_nobody_out_of_a_browser_that_they_have_used(app, now):
    mine = known_browser(app)
    with time_machine.travel(now, tick=False):
        assert fail(Here(), app, 6)[-1] == 429
        assert Here().come_in(app).status_code == 429
        so_often(limits.IN_A_ROW, limits.of_profile(app.profile_id), 100)
        so_often(limits.WRONG_ADDRESS, "127.0.0.1", 60)
        so_often(limits.WRONG_NETWORK, "127.0.0.0/24", 600)
        assert mine.come_in(app).url == "/account/"


def test_a_known_browser_has_ten_wrong_tries_of_its_own_and_they_lock_nobody_else_out(app, now):
    mine = known_browser(app)
    with time_machine.travel(now, tick=False):
        assert fail(mine, app, 11) == [422] * 10 + [429]
        assert mine.come_in(app).status_code == 429
        assert Here().come_in(app).url == "/account/"
    with time_machine.travel(now + A_WHILE, tick=False):
        assert mine.come_in(app).url == "/account/"


def test_a_browser_is_known_to_nobody_but_who_has_signed_in_in_it(app, make_person, now):
    mine = known_browser(app)
    other = with_app(make_person())
    with time_machine.travel(now, tick=False):
        assert fail(mine, other, 6) == [422] * 5 + [429]
        assert mine.come_in(app).url == "/account/"


def test_a_browser_is_known_for_400_days_from_the_last_sign_in(app, now):
    mine = known_browser(app)
    for days, statuses in ((399, [422] * 6), (800, [422] * 5 + [429])):
        with time_machine.travel(now + timedelta(days=days), tick=False):
            assert fail(mine, app, 6) == statuses


def test_a_known_browsers_own_hundred_close_it_alone(app, now):
    mine = known_browser(app)
    here = limits.of_browser(app.profile.known_browsers.get().token_hash, app.profile_id)
    so_often(limits.IN_A_ROW_HERE, here, 99)
    with time_machine.travel(now, tick=False):
        assert fail(mine, app, 2) == [422, 429]
        assert 'data-reason="registration_authority"' in mine.come_in(app).content.decode()
        assert Here().come_in(app).url == "/account/"
        assert counting.look((limits.IN_A_ROW, limits.of_profile(app.profile_id)), more=100).over == ()


def test_the_desk_sees_and_lifts_each_lock(app, now):
    mine = known_browser(app)
    with time_machine.travel(now, tick=False):
        fail(Here(), app, 6)
        fail(mine, app, 11)
        assert {lock.words for lock in locks.of(app.profile)} == {
            "5 wrong sign-ins with their app, from browsers new to them",
            "10 wrong sign-ins with their app in a browser that they have used",
        }
        locks.lift(profile=app.profile, by="admin:7", reason="mistake")
        assert locks.of(app.profile) == []
        assert mine.come_in(app).url == "/account/"
