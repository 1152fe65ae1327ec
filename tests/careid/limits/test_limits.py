from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone
from django.utils.module_loading import import_string

from apply import limits as apply_limits
from authenticators.registry import KINDS
from careid.limits import counting, limits
from careid.limits.limits import Limit
from careid.limits.models import LimitCount
from careid.serving import visitors
from careid.trail.models import Event
from provider import limits as provider_limits
from tests.threads import at_once, together

pytestmark = pytest.mark.django_db
PICTURES = limits.PICTURE_FAILURES  # twenty in ten minutes


def hits(count, limit=PICTURES, subject="someone", **more):
    return [counting.hit((limit, subject), **more).locked for _ in range(count)]


def test_a_limit_of_n_lets_exactly_n_through():
    assert hits(22) == [False] * 20 + [True] * 2


def test_subjects_and_limits_are_counted_apart():
    hits(21)
    assert not counting.hit((PICTURES, "someone else")).locked
    assert not counting.hit((limits.PICTURE_REFRESHES, "someone")).locked


def test_a_lock_ends_when_its_window_ends():
    hits(21)
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=True):
        assert not counting.hit((PICTURES, "someone")).locked


def test_pressing_on_does_not_make_a_lock_last_longer():
    start = timezone.now()
    hits(21)
    with time_machine.travel(start + timedelta(minutes=9), tick=True):
        assert hits(3) == [True] * 3
    with time_machine.travel(start + timedelta(minutes=10, seconds=2), tick=True):
        assert hits(21) == [False] * 20 + [True]  # a new window, with all its room


def test_a_lock_says_until_when():
    now = timezone.now()
    hits(20)
    verdict = counting.hit((PICTURES, "someone"))
    assert timedelta(minutes=9) < verdict.until - now <= timedelta(minutes=10, seconds=1)
    assert 540 < verdict.seconds <= 600


def test_a_trusted_network_has_ten_times_the_room():
    assert hits(200, room=10) == [False] * 200
    assert counting.hit((PICTURES, "someone"), room=10).locked


@pytest.mark.parametrize(
    ("setting", "locked"),
    [("enforce", True), ("shadow", False), ("off", False), ("enforce,picture_failures=shadow", False)],
)
def test_a_limit_can_be_in_shadow_or_off(settings, setting, locked):
    settings.LIMITS = setting
    assert hits(21)[-1] == locked
    assert Event.objects.filter(name="limit.reached").count() == (0 if setting == "off" else 1)


@pytest.mark.parametrize("setting", ["", "on", "enforce,nothing=off", "enforce,start=maybe", "enforce,start"])
def test_a_setting_that_it_does_not_know_is_refused(setting):
    with pytest.raises(ValueError, match="enforce, shadow or off"):
        limits.modes(setting)


def test_a_count_inside_a_transaction_is_refused():
    with transaction.atomic(), pytest.raises(RuntimeError):
        counting.hit((PICTURES, "someone"))
    with transaction.atomic(), pytest.raises(RuntimeError):
        beside()


def beside():
    """Count in another statement. Returns what that found, or what it was told of the lock."""

    def ask(statement, values):
        with connection.cursor() as cursor:
            cursor.execute(f"WITH counted AS ({statement}) SELECT counted.*, 7 FROM counted", values)
            *counted, found = cursor.fetchone()
        return tuple(counted), found

    try:
        return counting.hit_beside((PICTURES, "someone"), ask, room=1)
    except counting.Locked as locked:
        return locked.verdict.locked


@pytest.mark.parametrize(("setting", "over"), [("enforce", True), ("shadow", 7), ("off", 7)])
def test_a_count_that_another_statement_makes_counts_like_any_other(settings, setting, over):
    settings.LIMITS = setting
    hits(19)
    assert [beside() for _ in range(2)] == [7, over]
    assert hits(1)[-1] == (setting == "enforce")
    assert Event.objects.filter(name="limit.reached").count() == (0 if setting == "off" else 1)


def test_no_subject_stands_in_clear():
    counting.hit((limits.DETAILS_EMAIL_DAY, "ama@example.nhs.uk"))
    assert b"ama" not in bytes(LimitCount.objects.get().subject)


@pytest.mark.django_db(transaction=True)
def test_of_forty_at_once_exactly_n_get_through():
    def one():
        return counting.hit((PICTURES, "someone"), (limits.PICTURE_REFRESHES, "someone")).locked

    assert sorted(together([one] * 40)) == [False] * 20 + [True] * 20


@pytest.mark.django_db(transaction=True)
def test_two_that_count_the_same_subjects_crosswise_never_block_each_other():
    first, middle, last = ((PICTURES, "one"), (limits.PICTURE_REFRESHES, "two"), (limits.START, "three"))
    counting.hit(first, middle, last)
    crosswise = [(first, middle, last), (last, middle, first)]
    at_once([partial(counting.hit, *counts) for counts in crosswise], held=counting._of([middle]))
    assert set(LimitCount.objects.values_list("count", flat=True)) == {3}


@pytest.mark.django_db(transaction=True)
def test_whoever_counts_and_whoever_takes_back_never_block_each_other():
    first, middle, last = ((PICTURES, "one"), (limits.PICTURE_REFRESHES, "two"), (limits.START, "three"))
    for one in (last, middle, first):  # as they stand in the table
        counting.hit(one)
    both = [partial(counting.hit, first, middle, last), partial(counting.take_back, first, middle, last)]
    at_once(both, held=counting._of([middle]))
    assert set(LimitCount.objects.values_list("count", flat=True)) == {1}


def test_an_alarm_tells_the_operator_once_and_holds_nobody_back(caplog):
    alarm = limits.CODE_SENDS_ALL
    counting.hit((alarm, ""))
    LimitCount.objects.update(count=alarm.most - 1)
    caplog.clear()
    verdicts = [counting.hit((alarm, "")) for _ in range(3)]
    assert [(verdict.locked, verdict.over) for verdict in verdicts] == [(False, ())] * 3
    alarms = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [(record.message, record.limit, record.most) for record in alarms] == [
        ("many at once", "code_sends_all", 600)
    ]


def test_each_alarm_is_only_an_alarm_and_each_silent_limit_is_silent():
    assert {name for name, limit in limits.ALL.items() if limit.alarm} == {
        "details_failed",
        "code_sends_all",
        "provider_bad_client_all",
    }
    of_kinds = {limit.name for kind in KINDS.values() if kind.limits for limit in import_string(kind.limits)}
    assert {name for name, limit in limits.ALL.items() if limit.silent} - of_kinds == {
        *("details_email_hour", "details_email_day", "details_nino_hour", "details_nino_day", "not_matched_mail"),
        *("silenced_mail", "on_file_mail", "provider_notes", "apply_asks_name", "apply_asks_organisation"),
    }


class TestLooking:
    def look(self, **more):
        return counting.look((PICTURES, "someone"), more=1, **more)

    def test_it_tells_where_one_more_would_be_over_until_it_ends_and_counts_nothing(self):
        hits(19)
        assert not self.look().locked
        hits(1)
        for _ in range(2):
            verdict = self.look()
            assert verdict.locked
            assert not counting.look((PICTURES, "someone")).locked  # not yet: one more would be over
        assert verdict.until == LimitCount.objects.get().until
        assert LimitCount.objects.get().count == 20
        with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=True):
            assert not self.look().locked

    def test_it_knows_the_room_the_subject_and_the_mode(self, settings):
        hits(20)
        assert not self.look(room=10).locked
        assert not counting.look((PICTURES, "someone else"), more=1).locked
        settings.LIMITS = "enforce,picture_failures=shadow"
        assert not self.look().locked


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address", "network"),
    [
        (0, "203.0.113.9", "198.51.100.7", "198.51.100.7", "198.51.100.0/24"),
        (1, "203.0.113.9", "10.0.0.1", "203.0.113.9", "203.0.113.0/24"),
        (1, "192.0.2.1, 203.0.113.9", "10.0.0.1", "203.0.113.9", "203.0.113.0/24"),
        (2, "192.0.2.1, 203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9", "203.0.113.0/24"),
        (2, "203.0.113.9", "10.0.0.1", "10.0.0.1", "10.0.0.0/24"),
        (1, "203.0.113.9:1234", "10.0.0.1", "203.0.113.9", "203.0.113.0/24"),
        (1, "[2001:db8::1]:443", "10.0.0.1", "2001:db8::", "2001:db8::/48"),
        (1, "[2001:db8::1]", "10.0.0.1", "2001:db8::", "2001:db8::/48"),
        (1, "2001:db8::1", "10.0.0.1", "2001:db8::", "2001:db8::/48"),
        (1, "203.0.113.9:", "10.0.0.1", "0.0.0.0", "0.0.0.0/24"),
        (1, "rubbish", "10.0.0.1", "0.0.0.0", "0.0.0.0/24"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::/48"),
        (0, "", "::ffff:198.51.100.7", "198.51.100.7", "198.51.100.0/24"),
        (0, "", "", "0.0.0.0", "0.0.0.0/24"),
    ],
)
def test_the_visitor_is_the_one_behind_exactly_our_own_proxies(settings, proxies, forwarded, remote, address, network):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert visitors.read(request) == visitors.Visitor(address, network, 1)


def test_every_limit_is_named_once():
    assert all(isinstance(limit, Limit) for limit in limits.ALL.values())
    alone = [value for value in vars(limits).values() if isinstance(value, Limit)]
    of_kinds = [limit for kind in KINDS.values() if kind.limits for limit in import_string(kind.limits)]
    doubling = [*limits.SIGN_IN_NAME, *limits.SIGN_IN_ADDRESS, *limits.SIGN_IN_BROWSER]
    assert len(limits.ALL) == len([*alone, *doubling, *of_kinds, *provider_limits.ALL, *apply_limits.ALL])


@pytest.mark.parametrize("first", [PICTURES, limits.DETAILS_EMAIL_DAY])
def test_what_follows_is_counted_until_a_limit_that_shows_itself_is_over(first):
    follows = (limits.CODE_SENDS_ALL, "")
    for _ in range(first.most + 3):
        counting.hit((first, "someone"), then=(follows,))
    counted = counting._of([follows]).get().count
    assert counted == first.most + (3 if first.silent else 0)


@pytest.mark.parametrize("mode", ["enforce", "shadow"])
def test_a_condition_holds_where_a_look_lets_through(mode, settings):
    settings.LIMITS = mode
    for _ in range(PICTURES.most):
        with connection.cursor() as cursor:
            condition, values = counting.has_room((PICTURES, "someone"))
            cursor.execute(f"SELECT {condition}", values)
            assert cursor.fetchone() == (True,)
        counting.hit((PICTURES, "someone"))
    with connection.cursor() as cursor:
        condition, values = counting.has_room((PICTURES, "someone"))
        cursor.execute(f"SELECT {condition}", values)
        assert cursor.fetchone() == (mode == "shadow",)
