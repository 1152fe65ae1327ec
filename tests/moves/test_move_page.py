"""The page that a move has for everybody."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import reading
from tests.moves import made

pytestmark = pytest.mark.django_db


def get(client, move):
    return client.get(f"/moves/{move.slug}/")


def words(answer):
    return " ".join(" ".join(reading.page(answer.content.decode()).blocks).split())


def headings(answer):
    return re.findall(r"<h2 class=\"nhsuk-heading-m\">(.*?)</h2>", answer.content.decode())


def test_it_tells_who_what_as_soon_as_possible_until_when_and_whom_to_ask_in_this_order(client):
    answer = get(client, made.move())
    assert b'data-page="moves" data-reason="running"' in answer.content
    assert headings(answer) == [
        *("Who this is for", "What changes", "What to do as soon as you can", "How long the old way works"),
        "Whom to ask",
    ]
    told = words(answer)
    assert [told.index(text) for text in made.in_order()] == sorted(told.index(text) for text in made.in_order())
    assert b'<a href="https://help.example.nhs.uk/" rel="nofollow">' in answer.content


def test_each_paragraph_of_its_words_is_one(client):
    assert b"<p>We will no longer send codes by email.</p>" in get(client, made.move()).content


def test_it_names_nobody_and_asks_nothing(client, organisation):
    move = made.move()
    made.person(move)
    answer = get(client, move)
    assert "Sample" not in words(answer)
    assert "Riverside" not in words(answer)
    assert b"<form" not in answer.content


def test_a_draft_is_not_there(client):
    assert get(client, made.move(state="draft")).status_code == 404
    assert client.get("/moves/none/").status_code == 404
    assert client.get(f"/moves/{'a' * 3000}/").status_code == 404


def test_it_can_only_be_read(client):
    assert client.post(f"/moves/{made.move().slug}/").status_code == 405


@pytest.mark.parametrize(
    ("state", "told"), [("done", "The old way ended on"), ("cancelled", "This change will not happen")]
)
def test_what_is_over_says_so_and_asks_for_nothing(client, state, told):
    answer = get(client, made.move(state=state))
    assert told in words(answer)
    assert "What to do as soon as you can" not in headings(answer)


def test_who_keeps_a_smartcard_is_not_told_that_it_has_stopped(client):
    answer = words(get(client, made.move(state="done")))
    assert "Now you sign in the new way, or with a smartcard." in answer
    assert "only sign in the new way" not in answer


def test_the_days_are_told_as_they_stand_today(client):
    today = timezone.localdate()
    ahead = made.move(starts_on=today + timedelta(days=3))
    assert f"The new way works from {ahead.starts_on.day} " in words(get(client, ahead))
    assert "The new way works now" in words(get(client, made.move()))
    past = made.move(starts_on=today - timedelta(days=3), ends_on=today - timedelta(days=1))
    assert "The old way ended on" in words(get(client, past))


def test_its_words_are_words(client):
    page = get(client, made.move(title="<b>New", what_changes="<i>All", who_is_affected="<u>You")).content.decode()
    assert not re.search("<b>New|<i>All|<u>You", page)
