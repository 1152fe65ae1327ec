import random
from datetime import timedelta

import pytest
import time_machine
from captcha.models import CaptchaStore
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


def drawn():
    challenge, answer = picture.challenge()
    return CaptchaStore.objects.create(challenge=challenge, response=answer)


def test_challenges_do_not_come_from_the_generator_that_the_library_seeds():
    challenges = set()
    for _ in range(200):
        random.seed("the same")
        challenges.add(picture.challenge())
    assert len(challenges) == 200


def test_an_answer_counts_in_any_case_and_once(person):
    one = drawn()
    answer = {"captcha_0": one.hashkey, "captcha_1": f" {one.challenge.lower()} "}
    assert Visitor().details(person, **answer).status_code == 302
    assert Visitor().details(person, nino="PP990000A", **answer).status_code == 422


def test_a_wrong_answer_burns_the_picture_and_keeps_what_was_typed(person):
    one = drawn()
    response = Visitor().details(person, captcha_0=one.hashkey, captcha_1="wrong")
    page = response.content.decode()
    assert response.status_code == 422
    assert person.email in page
    assert person.nino in page
    assert one.hashkey not in page
    assert Visitor().details(person, captcha_0=one.hashkey, captcha_1=one.challenge).status_code == 422
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("answer", [{}, {"captcha_0": "x", "captcha_1": ""}, {"captcha_1": "passed"}, {"captcha_0": "x" * 5000, "captcha_1": "y" * 5000},
                                    {"captcha_0": "\x00", "captcha_1": "\x00"}, {"captcha_0": ["a", "b"], "captcha_1": ["PASSED", "c"]}])  # fmt: skip
def test_what_is_no_answer_is_refused_in_words(answer, person):
    assert Visitor().details(person, **answer).status_code == 422


def test_a_slip_in_another_field_does_not_cost_the_picture(person):
    one = drawn()
    response = Visitor().details(person, nino="nonsense", captcha_0=one.hashkey, captcha_1=one.challenge)
    assert one.hashkey in response.content.decode()
    assert Visitor().details(person, captcha_0=one.hashkey, captcha_1=one.challenge).status_code == 302


def test_a_picture_runs_out_after_five_minutes(person):
    one = drawn()
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1), tick=True):
        assert Visitor().details(person, captcha_0=one.hashkey, captcha_1=one.challenge).status_code == 422


def test_another_picture_keeps_what_was_typed_and_tells_no_error(person):
    response = Visitor().client.post("/details/", {"email": person.email, "another_picture": "1"})
    assert response.status_code == 200
    assert person.email in response.content.decode()
    assert "error-summary" not in response.content.decode()


def test_failures_are_limited(person):
    def wrong():
        one = drawn()
        return Visitor().details(person, captcha_0=one.hashkey, captcha_1="wrong").status_code

    assert [wrong() for _ in range(20)] == [422] * 20
    one = drawn()
    assert (
        Visitor().details(person, captcha_0=one.hashkey, captcha_1=one.challenge).status_code == 429
    )  # right answers wait too


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
    one, visitor = drawn(), Visitor()
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
    one = drawn()

    def answer():
        return picture.take(one.hashkey, one.response, here=Here("192.0.2.7", "192.0.2.0/24", 1))

    assert sorted(together([answer] * 10)) == ["gone"] * 9 + ["right"]


def test_looking_at_the_details_page_counts_towards_the_start_limit():
    Visitor().client.get("/details/")
    assert LimitCount.objects.filter(limit="start").count() == 1
