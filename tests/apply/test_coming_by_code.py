"""The mailed code of an invitation: counted before it is compared, and used once."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from apply import inviting, opening, proving
from apply.models import Invitation
from careid.errors import Refused
from careid.limits.models import LimitCount
from careid.post.models import Mail
from careid.storing import crypto
from careid.trail.models import Event
from tests.apply.comer import Comer, fresh, named, put, wrong
from tests.threads import together
from tests.visitors import newest_code, post

pytestmark = pytest.mark.django_db
State = Invitation.State


def after(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


@pytest.fixture
def waiting(invitation):
    """Somebody on the code page, and the code in their mail."""
    comer = Comer()
    comer.open(invitation)
    comer.newest = newest_code()
    return comer


def counts():
    row = Invitation.objects.get()
    return row.state, row.codes, row.wrong


def test_the_right_code_proves_the_mailbox_and_gives_the_browser_another_token(waiting):
    before = waiting.cookie
    assert waiting.type(f" {waiting.newest[:3]} {waiting.newest[3:]}").url == "/apply/details/"
    row = Invitation.objects.get()
    assert (row.state, row.wrong, row.proved_at is not None) == (State.PROVED, 0, True)
    assert waiting.cookie != before
    assert bytes(row.browser_hash) == crypto.token_hash(waiting.cookie)
    assert Event.objects.filter(name="invitation.proved", reference=row.reference).count() == 1
    assert not LimitCount.objects.filter(limit="apply_code_wrong", count__gt=0).exists()
    waiting.client.cookies[settings.APPLY_COOKIE] = before
    assert waiting.at() == "apply: lost"


def test_no_row_holds_the_code_or_the_token(waiting):
    row = str(vars(Invitation.objects.get()))
    assert waiting.newest not in row
    assert waiting.cookie not in row


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\u0661" * 6, "9" * 5_000, "\0"])
def test_what_is_no_code_costs_no_try(waiting, typed):
    assert waiting.type(typed).status_code == 422
    assert counts() == (State.OPENED, 1, 0)


def test_a_wrong_code_is_counted_and_told_and_six_of_them_block_the_link(waiting):
    for tried in range(1, 6):
        page = waiting.type(wrong(waiting.newest))
        assert (page.status_code, counts()) == (422, (State.OPENED, 1, tried))
        assert ("You have" in page.content.decode()) == (tried > 3)
    assert "You have 1 try left" in page.content.decode()
    assert waiting.type(wrong(waiting.newest)).url == "/apply/code/"
    assert (waiting.at(), counts()) == ("apply: blocked", (State.BLOCKED, 1, 6))
    assert named(waiting.type(waiting.newest)) == "apply: blocked"
    told = Event.objects.filter(name__in=["invitation.code_rejected", "invitation.blocked"]).order_by("sequence")
    assert list(told.values_list("outcome", "reason")) == [("refused", "wrong")] * 6 + [("refused", "wrong_codes")]


def test_the_sixth_try_may_be_right(waiting):
    for _ in range(5):
        waiting.type(wrong(waiting.newest))
    assert waiting.type(waiting.newest).url == "/apply/details/"


def test_wrong_codes_count_over_all_codes_and_browsers_of_a_link(waiting, invitation):
    for _ in range(3):
        waiting.type(wrong(waiting.newest))
    other = Comer()
    other.open(invitation)
    code = newest_code()
    for _ in range(3):
        other.type(wrong(code))
    assert (other.at(), counts()) == ("apply: blocked", (State.BLOCKED, 2, 6))


def test_an_address_has_twenty_five_wrong_codes_a_day_whoever_invites_it(waiting, invitation):
    waiting.type(wrong(waiting.newest))
    LimitCount.objects.filter(limit="apply_code_wrong").update(count=25)
    inviting.resend(invitation=fresh(invitation), by="admin:7")
    post()
    other = Comer()
    other.open(invitation)
    page = other.type(newest_code())
    assert (page.status_code, named(page), "Retry-After" in page.headers) == (429, "locked: limit", True)
    assert invitation.reference in page.content.decode()
    assert fresh(invitation).state == State.OPENED


def test_a_code_lasts_ten_minutes_and_costs_no_try_afterwards(waiting):
    with after(minutes=10, seconds=1):
        page = waiting.type(waiting.newest)
        assert (page.status_code, counts()) == (422, (State.OPENED, 1, 0))
        assert "run out" in page.content.decode()


def test_the_last_code_run_out_blocks_the_link_once_it_is_typed(waiting):
    put(Invitation.objects.get(), codes=6)
    with after(minutes=11):
        assert waiting.type(waiting.newest).url == "/apply/code/"
        assert (waiting.at(), counts()) == ("apply: blocked", (State.BLOCKED, 6, 0))


def test_another_code_comes_after_a_wait_and_the_one_before_is_dead(waiting):
    page = waiting.again()
    assert (page.status_code, counts()[1]) == (422, 1)
    assert "in 30 seconds" in page.content.decode()
    with after(seconds=31):
        assert waiting.again().url == "/apply/code/"
        second = newest_code()
        assert counts() == (State.OPENED, 2, 0)
        assert "in 60 seconds" in waiting.again().content.decode()
        assert waiting.type(waiting.newest if waiting.newest != second else wrong(second)).status_code == 422
        assert waiting.type(second).url == "/apply/details/"


def test_six_codes_are_sent_to_one_browser_and_the_seventh_press_blocks(waiting):
    for sent in range(2, 7):
        with after(minutes=3 * sent):
            assert waiting.again().url == "/apply/code/"
            assert counts()[1] == sent
    with after(minutes=30):
        assert waiting.again().url == "/apply/code/"
        assert (waiting.at(), counts()[:2]) == ("apply: blocked", (State.BLOCKED, 6))
    assert Mail.objects.filter(template="apply_code").count() == 6


def test_no_code_that_was_proved_with_is_taken_twice(waiting, invitation):
    waiting.type(waiting.newest)
    thief = Comer()
    thief.open(invitation)
    assert thief.type(waiting.newest).status_code == 422


def another_window(comer):
    other = Comer()
    other.client.cookies[settings.APPLY_COOKIE] = comer.cookie
    return other


def test_a_second_press_gets_the_answer_of_the_first(waiting):
    other = another_window(waiting)
    assert waiting.type(waiting.newest).url == other.type(waiting.newest).url == "/apply/details/"
    assert (waiting.cookie, counts()) == (other.cookie, (State.PROVED, 1, 0))


def test_a_second_press_with_another_code_is_a_guess(waiting):
    other = another_window(waiting)
    waiting.type(waiting.newest)
    for tried in range(1, 8):
        assert named(other.type(wrong(waiting.newest))) == "apply: lost"
        assert counts() == (State.PROVED, 1, min(tried, 6))
    assert named(other.type(waiting.newest)) == "apply: lost"


def test_a_second_press_long_after_the_first_is_none(waiting):
    other = another_window(waiting)
    waiting.type(waiting.newest)
    with after(seconds=11):
        assert named(other.type(waiting.newest)) == "apply: lost"


@pytest.mark.django_db(transaction=True)
def test_of_forty_guesses_at_once_six_are_compared(waiting):
    def guess(code):
        try:
            return bool(proving.check(invitation=Invitation.objects.get(), browser=waiting.cookie, typed=code))
        except Refused as refused:
            return refused.reason

    others = [f"{(int(waiting.newest) + far) % 1_000_000:06}" for far in range(1, 41)]
    said = together([partial(guess, code) for code in others])
    assert counts() == (State.BLOCKED, 1, 6)
    assert Event.objects.filter(name="invitation.code_rejected").count() == 6
    assert Event.objects.filter(name="invitation.blocked").count() == 1
    assert said.count("wrong") == 5


@pytest.mark.django_db(transaction=True)
def test_of_many_with_the_right_code_at_once_all_get_the_one_token_and_it_is_proved_once(waiting):
    def prove():
        return proving.check(invitation=Invitation.objects.get(), browser=waiting.cookie, typed=waiting.newest)

    assert len({*together([prove] * 4)}) == 1
    assert counts() == (State.PROVED, 1, 0)
    assert Event.objects.filter(name="invitation.proved").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_that_open_a_link_at_once_one_holds_it_and_each_had_a_code(invitation):
    def open_(pressed):
        return opening.open_(invitation=fresh(invitation), browser="", pressed=pressed)

    tokens = together([partial(open_, pressed) for pressed in ("a", "b", "a", "b")])
    held = bytes(fresh(invitation).browser_hash)
    assert tokens[0] == tokens[2] != tokens[1] == tokens[3]
    assert held in {crypto.token_hash(one) for one in tokens}
    assert fresh(invitation).codes == Mail.objects.filter(template="apply_code").count() <= 4


@pytest.mark.django_db(transaction=True)
def test_a_link_sent_again_while_it_is_opened_leaves_no_browser_that_goes_on(invitation):
    stale = fresh(invitation)

    def open_():
        try:
            return bool(opening.open_(invitation=stale, browser="", pressed="a"))
        except Refused as refused:
            return refused.reason

    together([open_, partial(inviting.resend, invitation=fresh(invitation), by="admin:7")])
    row = fresh(invitation)
    assert (row.state, row.sends, row.codes, row.browser_hash) == (State.SENT, 2, 0, None)
    assert not Mail.objects.filter(template="apply_code", state="queued").exists()


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_is_not_proved_by_who_types_while_another_browser_opens(waiting, invitation):
    def prove():
        try:
            return proving.check(invitation=stale, browser=waiting.cookie, typed=waiting.newest)
        except Refused as refused:
            return refused.reason

    stale = fresh(invitation)
    _, said = together([partial(opening.open_, invitation=stale, browser="", pressed="z"), prove])
    row = fresh(invitation)
    mine = bytes(row.browser_hash) == crypto.token_hash(said)
    assert (row.state == State.PROVED) == mine


def test_a_browser_that_is_not_the_newest_spends_no_try(waiting, invitation):
    stale, before = fresh(invitation), waiting.cookie
    Comer().open(invitation)
    for code in (waiting.newest, wrong(waiting.newest)):
        with pytest.raises(Refused, match="gone"):
            proving.check(invitation=stale, browser=before, typed=code)
    assert counts() == (State.OPENED, 2, 0)
