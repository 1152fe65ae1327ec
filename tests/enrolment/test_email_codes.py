from datetime import timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from careid.post.models import Mail
from careid.trail.models import Event
from enrolment.models import Attempt, EmailCode
from tests.threads import together
from tests.visitors import Visitor, newest_code, post


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def later(**units):
    return time_machine.travel(timezone.now() + timedelta(**units), tick=True)


@pytest.fixture
def waiting(visitor, person):
    """A visitor on the code page, and the code in the mail."""
    visitor.details(person)
    visitor.newest = newest_code()
    return visitor


@pytest.mark.parametrize("typed", ["plain", "spaces", "dash", "wide"])
def test_a_code_is_accepted_however_it_is_spaced(waiting, typed):
    code = waiting.newest
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    forms = {"plain": code, "spaces": f" {code} ", "dash": f"{code[:3]} - {code[3:]}", "wide": wide}
    assert waiting.code(forms[typed]).url == "/authenticators/"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12345",
        "1234567",
        "abcdef",
        "\u0661\u0662\u0663\u0664\u0665\u0666",
        "\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2",
        "1" * 5000,
        "12\x003456",
    ],
)
def test_what_is_no_code_costs_no_try(waiting, typed):
    assert waiting.code(typed).status_code == 422
    assert EmailCode.objects.get().tries == 0


def test_a_code_works_once_and_the_cookie_changes(waiting):
    before = waiting.client.cookies["careid"].value
    waiting.code(waiting.newest)
    assert waiting.client.cookies["careid"].value != before
    stale = Visitor()
    stale.client.cookies["careid"] = before
    assert stale.client.get("/authenticators/").url == "/details/"


def test_each_of_three_presses_lands_on_the_same_page(waiting):
    cookie = waiting.client.cookies["careid"].value
    presses = [waiting, Visitor(), Visitor()]
    for one in presses:
        one.client.cookies["careid"] = cookie
        assert one.code(waiting.newest).url == "/authenticators/"
    for one in presses:  # whichever answer the browser keeps
        assert one.client.get("/authenticators/").status_code == 200


def test_the_old_cookie_with_another_code_or_too_late_opens_nothing(waiting):
    old = waiting.client.cookies["careid"].value
    waiting.code(waiting.newest)
    for code, seconds in ((wrong(waiting.newest), 0), (waiting.newest, 11)):
        stale = Visitor()
        stale.client.cookies["careid"] = old
        with later(seconds=seconds):
            assert stale.code(code).url == "/details/"


def test_the_old_cookie_guesses_five_times_and_each_leaves_an_event(waiting):
    old = waiting.client.cookies["careid"].value
    with time_machine.travel(timezone.now(), tick=False):
        waiting.code(waiting.newest)
        stale = Visitor()
        for code in [wrong(waiting.newest)] * 5 + [waiting.newest]:
            stale.client.cookies["careid"] = old
            assert stale.code(code).url == "/details/"
    assert "careid" not in stale.code(waiting.newest).cookies
    assert Event.objects.filter(name="email_code.rejected").count() == 5
    assert Event.objects.filter(name="limit.reached", details__limit="second_presses").count() == 1
    assert waiting.client.get("/authenticators/").status_code == 200


def test_five_wrong_tries_kill_a_code(waiting):
    for _ in range(5):
        assert waiting.code(wrong(waiting.newest)).status_code == 422
    assert waiting.code(waiting.newest).status_code == 422
    assert Attempt.objects.get().verified_at is None


def test_only_the_newest_code_works(waiting):
    first = waiting.newest
    with later(seconds=31):
        waiting.client.post("/code/again/")
        second = newest_code()
        assert second == first or waiting.code(first).status_code == 422
        assert waiting.code(second).status_code == 302


def test_another_code_comes_after_30_60_and_120_seconds_and_then_no_more(waiting):
    start = timezone.now()
    for seconds, sends in ((29, 1), (31, 2), (90, 2), (92, 3), (211, 3), (213, 4), (3000, 4)):
        with time_machine.travel(start + timedelta(seconds=min(seconds, 800)), tick=True):
            waiting.client.post("/code/again/")
            assert EmailCode.objects.get().sends == sends, seconds


def test_a_code_runs_out_after_ten_minutes(waiting):
    with later(minutes=10, seconds=1):
        response = waiting.code(waiting.newest)
    assert response.status_code == 422
    assert "run out" in response.content.decode()


def test_a_code_that_mail_held_up_is_not_sent_late(visitor, person):
    visitor.details(person)
    Mail.objects.update(not_after=F("not_after") - timedelta(minutes=7, seconds=1))
    assert post() == []
    assert Mail.objects.get().state == "expired"


def test_25_wrong_codes_for_the_same_details_lock_the_step_for_a_day(person):
    for _ in range(5):
        visitor = Visitor()
        visitor.details(person)
        for _ in range(5):
            assert visitor.code(wrong(newest_or_none() or "000000")).status_code == 422
    visitor = Visitor()
    visitor.details(person)
    response = visitor.code(newest_code())
    assert response.status_code == 429
    assert 86_000 < int(response.headers["Retry-After"]) <= 86_400
    assert Event.objects.filter(name="limit.reached", details__limit="code_wrong_day").count() == 1
    assert [mail.subject for mail in post()] != []


def newest_or_none():
    try:
        return newest_code()
    except IndexError:
        return None


def test_a_right_code_is_not_counted_among_the_wrong(person):
    from careid.limits.models import LimitCount

    visitor = Visitor()
    visitor.details(person)
    visitor.code(newest_code())
    assert LimitCount.objects.get(limit="code_wrong_day").count == 0


@pytest.mark.django_db(transaction=True)
def test_a_code_tried_by_ten_at_once_is_accepted_once(visitor, person):
    visitor.details(person)
    code, cookie = newest_code(), visitor.client.cookies["careid"].value

    def press():
        other = Visitor()
        other.client.cookies["careid"] = cookie
        response = other.code(code)
        return response.status_code, response.get("Location"), "careid" in response.cookies

    answers = together([press] * 10)
    assert (302, "/authenticators/", True) in answers
    assert {answer[0] for answer in answers} <= {302, 422}
    assert Event.objects.filter(name="email_code.accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_forty_wrong_codes_at_once_five_are_compared(visitor, person):
    visitor.details(person)
    bad, cookie = wrong(newest_code()), visitor.client.cookies["careid"].value

    def press():
        other = Visitor()
        other.client.cookies["careid"] = cookie
        return other.code(bad).status_code

    assert set(together([press] * 40)) == {422}
    assert Event.objects.filter(name="email_code.rejected").count() == 5
    assert EmailCode.objects.get().tries == 5
