"""What may still be done with an attempt that has added something, and for how long."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from careid.limits.models import LimitCount
from careid.post.models import Mail
from enrolment.models import Attempt
from tests.threads import at_once
from tests.visitors import Visitor, post

pytestmark = pytest.mark.django_db
ANOTHER = "/authenticators/another/"


def after(**units):
    return time_machine.travel(timezone.now() + timedelta(**units), tick=True)


def text(response):
    return " ".join(response.content.decode().split())


def test_its_ten_minutes_are_not_made_longer(visitor, person):
    done = visitor.enrol(person).url
    before = Attempt.objects.get()
    with after(minutes=9):
        visitor.client.post("/carry-on/")
        visitor.client.get(done)
        assert Attempt.objects.get().last_seen_at == before.last_seen_at
    with after(minutes=10, seconds=1):
        assert visitor.client.get(done).url == "/expired/"


@pytest.mark.parametrize(
    ("undone", "reason", "words", "other_words"),
    [(False, "added", "was added", "removed it again"), (True, "undone", "removed it again", "was added")],
)
def test_the_page_after_the_ten_minutes_says_what_became_of_it(undone, reason, words, other_words, visitor, person):
    done = visitor.enrol(person).url
    if undone:
        visitor.client.post(done.replace("done", "undo"))
    with after(minutes=10, seconds=1):
        page = text(visitor.client.get("/expired/"))
    assert f'data-reason="{reason}"' in page
    assert words in page
    assert other_words not in page
    assert "Nothing was added" not in page


@pytest.mark.django_db(transaction=True)
def test_add_another_pressed_four_times_at_once_begins_one_attempt_and_mails_one_code(visitor, person):
    visitor.enrol(person)
    post()
    cookie = visitor.client.cookies["careid"].value

    def press():
        other = Visitor()
        other.client.cookies["careid"] = cookie
        return other.client.post(ANOTHER).url

    assert sorted(at_once([press] * 4, held=Attempt.objects.all())) == ["/code/", *["/expired/"] * 3]
    assert Attempt.objects.count() == 2
    assert [sent.subject for sent in post()] == ["Care ID: your code"]


@pytest.mark.parametrize(("limit", "most"), [("code_sends_hour", 6), ("code_sends_day", 10)])
def test_another_is_not_begun_once_all_codes_were_sent(limit, most, visitor, person):
    visitor.enrol(person)
    assert LimitCount.objects.filter(limit=limit).update(count=most) == 1
    response = visitor.client.post(ANOTHER)
    assert response.status_code == 429
    assert Attempt.objects.get().reference in text(response)
    assert Attempt.objects.get().ended_at is None
    assert Mail.objects.filter(template="code").count() == 1
