"""What a code is tied to, and when no more of them are sent or compared."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from careid.limits import counting, own
from careid.limits.models import LimitCount
from careid.post.models import Mail
from careid.trail.models import Event
from enrolment import email_codes
from enrolment.models import Attempt, EmailCode
from tests.visitors import Visitor, newest_code, post

pytestmark = pytest.mark.django_db


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def after(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=True)


def in_a_row():
    return LimitCount.objects.get(limit="code_wrong_in_a_row").count


@pytest.fixture
def waiting(visitor, person):
    """A visitor on the code page, and the code in the mail."""
    visitor.details(person)
    visitor.newest = newest_code()
    return visitor


def test_codes_are_spread_over_every_digit_of_every_place():
    attempt = Attempt()
    codes = [email_codes._new(attempt)[0] for _ in range(400)]
    for place in range(6):
        assert {code[place] for code in codes} == set("0123456789")
    assert {len(code) for code in codes} == {6}


def test_a_code_is_of_its_own_attempt_alone(waiting, person):
    other = Visitor()
    other.details(person)
    first, second = EmailCode.objects.order_by("issued_at")
    EmailCode.objects.filter(pk=second.pk).update(digest=bytes(first.digest))
    assert other.code(waiting.newest).status_code == 422
    assert waiting.code(waiting.newest).status_code == 302


def test_another_code_has_five_tries_of_its_own(waiting):
    for _ in range(5):
        waiting.code(wrong(waiting.newest))
    with after(31):
        waiting.client.post("/code/again/")
        assert EmailCode.objects.get().tries == 0
        assert waiting.code(newest_code()).status_code == 302


def test_six_codes_an_hour_are_sent_for_the_same_details_over_all_attempts(person):
    first, second, start = Visitor(), Visitor(), timezone.now()
    first.details(person)
    for visitor, seconds in ((first, 31), (first, 92), (first, 213), (second, 300), (second, 331), (second, 392)):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=True):
            began = visitor.client.cookies  # its attempt
            response = visitor.client.post("/code/again/") if began else visitor.details(person)
    assert response.status_code == 429
    assert Mail.objects.filter(template="code").count() == 6


def test_no_code_is_sent_again_once_a_days_codes_were_sent(waiting):
    assert LimitCount.objects.filter(limit="code_sends_day").update(count=10) == 1
    with after(31):
        assert waiting.client.post("/code/again/").status_code == 429
    assert EmailCode.objects.get().sends == 1
    assert post() == []


def test_every_code_that_is_sent_counts_towards_the_operators_alarm(visitor, person):
    visitor.details(person)
    with after(31):
        visitor.client.post("/code/again/")
    post()
    visitor.enrol(person)  # begins anew: a third
    visitor.client.post("/authenticators/another/")
    assert LimitCount.objects.get(limit="code_sends_all").count == 4


def test_wrong_codes_in_a_row_are_counted_and_a_right_one_clears_them(waiting):
    for _ in range(3):
        waiting.code(wrong(waiting.newest))
    assert in_a_row() == 3
    waiting.code(waiting.newest)
    assert not LimitCount.objects.filter(limit="code_wrong_in_a_row").exists()


def test_what_the_days_lock_holds_back_is_not_counted_in_a_row(waiting):
    waiting.code(wrong(waiting.newest))
    LimitCount.objects.filter(limit="code_wrong_day").update(count=25)
    for _ in range(3):
        assert waiting.code(wrong(waiting.newest)).status_code == 429
    assert in_a_row() == 1


def test_after_a_hundred_wrong_codes_in_a_row_only_the_registration_authority_can_help(waiting, person):
    waiting.code(wrong(waiting.newest))
    LimitCount.objects.filter(limit="code_wrong_in_a_row").update(count=99)
    assert waiting.code(wrong(waiting.newest)).status_code == 422
    for _ in range(2):
        response = waiting.code(waiting.newest)
        assert response.status_code == 429
    page = response.content.decode()
    assert 'data-reason="registration_authority"' in page
    assert "Registration Authority" in page
    assert "until" not in page.split("<main")[1].split("</main")[0]
    [notice] = post()  # once
    assert notice.to == [person.email]
    assert "for now. Your Registration Authority can have the lock lifted." in notice.body
    assert Event.objects.filter(name="limit.reached", details__limit="code_wrong_in_a_row").count() == 1
    with after(3 * 86_400):
        later = Visitor()
        later.details(person)
        assert later.code(newest_code()).status_code == 429
    assert counting.forget(*own.counts(email=person.email, nino_fingerprint=person.nino_fingerprint))
    with after(3 * 86_400):
        assert later.code(wrong(waiting.newest)).status_code == 422
