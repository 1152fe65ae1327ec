import random
import re
from datetime import timedelta

import pytest
import time_machine
from captcha.models import CaptchaStore
from django.test import Client
from django.utils import timezone

from careid.limits.models import LimitCount
from careid.serving.visitors import Visitor as Here
from enrolment import picture, views
from enrolment.models import Attempt
from tests.threads import together
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _always(settings, monkeypatch):
    settings.CAPTCHA = "always"
    monkeypatch.setattr(views, "SECOND_PRESS_WAIT", 0.01)  # nobody here presses while another press is at it


def test_challenges_do_not_come_from_the_generator_that_the_library_seeds():
    challenges = set()
    for _ in range(200):
        random.seed("the same")
        challenges.add(picture.challenge())
    assert len(challenges) > 190  # of millions: seeded, they would be one


def test_an_answer_counts_in_any_case_and_once(visitor, person):
    one = visitor.picture()
    answer = {"captcha_0": one.hashkey, "captcha_1": f" {one.challenge.lower()} "}
    assert visitor.details(person, **answer).status_code == 302
    assert visitor.another_window().details(person, nino="PP990000A", **answer).status_code == 422


def test_a_wrong_answer_burns_the_picture_and_keeps_what_was_typed(visitor, person):
    one = visitor.picture()
    response = visitor.details(person, captcha_0=one.hashkey, captcha_1="wrong")
    page = response.content.decode()
    assert response.status_code == 422
    assert person.email in page
    assert person.nino in page
    assert one.hashkey not in page
    assert visitor.details(person, captcha_0=one.hashkey, captcha_1=one.challenge).status_code == 422
    assert not Attempt.objects.exists()


def test_no_other_browser_answers_a_picture_burns_it_or_is_shown_it_again(visitor, person):
    one = visitor.picture()
    right = {"captcha_0": one.hashkey, "captcha_1": one.challenge}
    shown = re.search(r'name="captcha_0"[^>]*value="(\w{40})"', visitor.client.get("/details/").content.decode())
    for key in (one.hashkey, shown.group(1)):
        answer = {"captcha_0": key, "captcha_1": CaptchaStore.objects.get(hashkey=key).response}
        for other in (Visitor(), Visitor(Client(REMOTE_ADDR="203.0.113.9"))):
            other.client.get("/details/")
            assert other.details(person, **answer).status_code == 422
    assert one.hashkey not in Visitor().details(person, nino="nonsense", **right).content.decode()
    assert LimitCount.objects.filter(limit="picture_failures", count=2).count() == 2
    assert not Attempt.objects.exists()
    assert visitor.details(person, **right).status_code == 302
    assert Visitor().details(person, **right).status_code == 422  # nor is it the second press of the first


def test_a_picture_of_before_a_new_key_is_good_until_it_runs_out(visitor, person, settings):
    one = visitor.picture()
    settings.KEYS = f"new:{'A' * 43}=,{settings.KEYS}"
    assert visitor.details(person, captcha_0=one.hashkey, captcha_1=one.challenge).status_code == 302


def test_a_browser_that_keeps_no_cookie_is_told_so_in_words(person):
    strict = Visitor(Client(enforce_csrf_checks=True))
    response = strict.details(person)
    page = response.content.decode()
    assert (response.status_code, 'data-page="details"' in page) == (403, True)
    assert "We need a cookie" in page
    assert "out of date" not in page
    assert "out of date" in strict.details(person).content.decode()  # there is a cookie now, and the token is not its


@pytest.mark.parametrize("answer", [{}, {"captcha_0": "x", "captcha_1": ""}, {"captcha_1": "passed"}, {"captcha_0": "x" * 5000, "captcha_1": "y" * 5000},
                                    {"captcha_0": "\x00", "captcha_1": "\x00"}, {"captcha_0": ["a", "b"], "captcha_1": ["PASSED", "c"]}])  # fmt: skip
def test_what_is_no_answer_is_refused_in_words(answer, person):
    assert Visitor().details(person, **answer).status_code == 422


def test_a_slip_in_another_field_does_not_cost_the_picture(visitor, person):
    one = visitor.picture()
    response = visitor.details(person, nino="nonsense", captcha_0=one.hashkey, captcha_1=one.challenge)
    assert one.hashkey in response.content.decode()
    assert visitor.details(person, captcha_0=one.hashkey, captcha_1=one.challenge).status_code == 302


def test_a_picture_runs_out_after_five_minutes(visitor, person):
    one = visitor.picture()
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1), tick=True):
        assert visitor.details(person, captcha_0=one.hashkey, captcha_1=one.challenge).status_code == 422


def test_another_picture_keeps_what_was_typed_and_tells_no_error(person):
    response = Visitor().client.post("/details/", {"email": person.email, "another_picture": "1"})
    assert response.status_code == 200
    assert person.email in response.content.decode()
    assert "error-summary" not in response.content.decode()


def test_failures_are_limited(visitor, person):
    def answer(right):
        one = visitor.picture()
        return visitor.details(person, captcha_0=one.hashkey, captcha_1=one.challenge if right else "wrong").status_code

    assert [answer(right=False) for _ in range(20)] == [422] * 20
    assert answer(right=True) == 429  # right answers wait too


def test_refreshing_is_limited_and_the_picture_is_not_cached():
    visitor = Visitor()
    answers = [
        visitor.client.get("/captcha/refresh/", headers={"X-Requested-With": "XMLHttpRequest"}) for _ in range(61)
    ]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    image = visitor.client.get(answers[0].json()["image_url"])
    assert image.headers["Content-Type"] == "image/png"
    assert image.headers["Cache-Control"] == "no-store"


def test_a_picture_is_drawn_once_however_often_it_is_asked_for(monkeypatch):
    visitor = Visitor()
    one = visitor.picture()
    first = visitor.client.get(f"/captcha/image/{one.hashkey}/")
    monkeypatch.setattr(picture, "drawing", None)
    again = visitor.client.get(f"/captcha/image/{one.hashkey}/")
    assert first.content[:4] == again.content[:4] == b"\x89PNG"
    assert again.content == first.content
    assert again.headers["Cache-Control"] == "no-store"


def test_a_picture_that_never_was_is_not_there():
    assert [Visitor().client.get(f"/captcha/image/{'0' * 40}/").status_code for _ in range(2)] == [404, 404]


@pytest.mark.django_db(transaction=True)
def test_of_ten_right_answers_at_once_one_counts():
    one = CaptchaStore.objects.get(hashkey=picture.make("mine"))

    def answer():
        return picture.take(one.hashkey, one.response, here=Here("192.0.2.7", "192.0.2.0/24", 1), browser="mine")

    assert sorted(together([answer] * 10)) == ["gone"] * 9 + ["right"]


def test_looking_at_the_details_page_counts_towards_the_start_limit():
    Visitor().client.get("/details/")
    assert LimitCount.objects.filter(limit="start").count() == 1


def test_after_a_slip_elsewhere_what_was_typed_stands_with_the_same_picture(person):
    visitor = Visitor()
    key = re.search(r'name="captcha_0"[^>]*value="(\w{40})"', visitor.page("/details/")).group(1)
    page = visitor.details(person, nino="nonsense", captcha_0=key, captcha_1="ab12").content.decode()
    assert f'value="{key}"' in page
    assert 'value="ab12"' in page
    page = visitor.details(person, captcha_0=key, captcha_1="ab12").content.decode()  # wrong: another, and blank
    assert f'value="{key}"' not in page
    assert 'value="ab12"' not in page
    assert "Those are not the letters and numbers in the picture" in page
