"""The page of one person in a move: opening it changes nothing, and each press does one thing."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authenticators.models import Authenticator
from careid.post.models import Mail
from careid.trail.models import Event
from moves.models import Move, Person
from tests import kinds, reading
from tests.moves import made

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def one(organisation):
    return made.person(made.move())


def reason(answer):
    page = answer.content.decode()
    assert 'data-page="move"' in page
    return re.search(r'data-reason="([^"]*)"', page).group(1)


def words(answer):
    return " ".join(" ".join(reading.page(answer.content.decode()).blocks).split())


def heading(answer):
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL).group(1)
    return re.sub(
        r"\s+", " ", re.sub(r"<span class=.nhsuk-caption.*?</span>|<[^>]+>", "", found, flags=re.DOTALL)
    ).strip()


def press(one, *, follow=True, **fields):
    return Client().post(made.link(one), fields, follow=follow)


def rows():
    return (
        list(Person.objects.values_list()),
        list(Move.objects.values_list()),
        Event.objects.count(),
        Mail.objects.count(),
    )


def test_opening_it_changes_nothing_however_often_and_by_whomever(one, client):
    before = rows()
    for way in (client.get, client.head, Client(HTTP_USER_AGENT="scanner").get):
        for _ in range(3):
            assert way(made.link(one)).status_code == 200
    assert client.get(made.link(one), {"answer": "no_mfa", "apply": "1", "take_back": "1"}).status_code == 200
    assert rows() == before


def test_opening_it_writes_nothing_at_all(one, client):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(made.link(one))
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []
    assert len(asked) == 1


def test_a_form_from_another_site_answers_nothing(one):
    assert Client(enforce_csrf_checks=True).post(made.link(one), {"answer": "no_mfa"}).status_code == 403
    assert Person.objects.get().answer == ""


def test_no_page_on_the_way_to_it_keeps_it_or_tells_its_address(one, client):
    answer = client.get(made.link(one))
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "same-origin")


@pytest.mark.parametrize("token", ["x", "é", "a" * 43, "a" * 4000, "%F0%9F", "..%2F"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_nobody_has_is_one_page_for_all(one, client, token, method):
    answer = getattr(client, method)(f"/move/{token}/", {"answer": "no_mfa"})
    assert answer.status_code in {404, 400}
    if answer.status_code == 404 and "%2F" not in token:
        assert reason(answer) == "unknown"
        assert "Sample" not in words(answer)


def test_a_draft_is_told_to_nobody(organisation, client):
    one = made.person(made.move(state="draft"))
    assert client.get(made.link(one)).status_code == 404
    assert press(one, answer="no_mfa").status_code == 404


def test_who_it_is_for_the_step_and_the_day_stand_on_it(one, client):
    with time_machine.travel("2026-11-30 12:00Z", tick=False):
        Move.objects.update(starts_on="2026-11-01", ends_on="2027-01-18")
        Person.objects.update(invitation=made.invitation(one.organisation))
        answer = client.get(made.link(one))
    assert (reason(answer), heading(answer)) == ("apply", "Apply for a profile by 18 January 2027")
    for told in ("Kim Sample", "Message Exchange", "18 January 2027: 49 more days", "Works now", "01632 960200"):
        assert told in words(answer)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2027-03-27 23:59Z", "28 March 2027: 1 more day"),
        ("2027-03-28 00:30Z", "28 March 2027: today is the last day"),
        ("2027-03-28 22:59Z", "28 March 2027: today is the last day"),
        ("2027-03-28 23:00Z", "Ended on 28 March 2027"),
    ],
)
def test_days_are_those_of_london_also_across_the_clock_change(one, client, now, told):
    Move.objects.update(starts_on="2026-11-01", ends_on="2027-03-28")
    with time_machine.travel(now, tick=False):
        assert told in words(client.get(made.link(one)))


def test_after_the_last_day_what_is_left_is_asked_for_at_once(organisation, person, client):
    today = timezone.localdate()
    one = made.person(made.move(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1)), profile=person)
    assert heading(client.get(made.link(one))) == "Add an authenticator now"


@pytest.mark.parametrize("days", [1, 30])
def test_before_its_first_day_the_new_way_is_told_with_that_day(organisation, person, client, days):
    today = timezone.localdate()
    Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="1", material={}, added_by="person"
    )
    move = made.move(starts_on=today + timedelta(days=days), ends_on=today + timedelta(days=days))
    answer = client.get(made.link(made.person(move, profile=person)))
    assert reason(answer) == "ready"
    assert f"From {move.starts_on.day} " in words(answer)


@pytest.mark.parametrize(("state", "told"), [("cancelled", "as you did before"), ("done", "The old way to sign in")])
def test_a_move_that_is_over_says_so_and_takes_no_answer(organisation, person, client, state, told):
    one = made.person(made.move(state=state), profile=person)
    answer = client.get(made.link(one))
    assert reason(answer) == state
    assert told in words(answer)
    assert b"<form" not in answer.content
    for fields in ({"answer": "no_mfa"}, {"answer": "wants_call", "when": "Tuesday"}, {"take_back": "1"}):
        assert reason(press(one, **fields)) == state
    assert (Person.objects.get().answer, Event.objects.filter(name="move.answered").count()) == ("", 0)


def test_emails_that_are_stopped_are_told_of(organisation, person, client):
    answer = client.get(made.link(made.person(made.move(stopped=True), profile=person)))
    assert "We have stopped our emails" in words(answer)
    assert reason(answer) == "add"


def test_a_smartcard_is_kept_by_one_press(organisation, client):
    one = made.person(made.move(), way="smartcard")
    page = client.get(made.link(one))
    assert reason(page) == "confirm"
    assert b'name="answer" value="keep_smartcard"' in page.content
    assert press(one, follow=False, answer="keep_smartcard").status_code == 302
    assert reason(client.get(made.link(one))) == "kept"
    assert reason(press(one, take_back="1")) == "confirm"


def test_who_has_no_smartcard_keeps_none(one):
    assert reason(press(one, answer="keep_smartcard")) == "ask"
    assert Person.objects.get().answer == ""


@pytest.mark.parametrize("word", ["no_mfa", "no_longer_mfa", "no_longer_access"])
def test_a_no_is_one_press_and_can_be_taken_back(one, word):
    answer = press(one, answer=word)
    assert reason(answer) == "no"
    assert "no more emails" in words(answer)
    assert Person.objects.get().answer == word
    assert reason(press(one, take_back="1")) == "ask"


@pytest.mark.parametrize("word", ["no_phone", "no_invitation"])
def test_the_other_two_lead_on(one, word):
    assert press(one, follow=False, answer=word).status_code == 302
    assert Person.objects.get().answer == word


def test_who_uses_no_phone_is_told_what_else_there_is(organisation, person):
    answer = press(made.person(made.move(), profile=person), answer="no_phone")
    assert (reason(answer), "security key" in words(answer)) == ("add", True)


def test_a_call_is_asked_for_with_times_which_the_page_never_shows_again(one, client):
    answer = press(one, answer="wants_call", when="  Tuesday\t after 2pm ")
    assert "You asked for a call" in words(answer)
    assert Person.objects.get().when_words == "Tuesday after 2pm"
    assert b"Tuesday after" not in client.get(made.link(one)).content


def test_a_call_that_was_made_is_told_of(one, client):
    at = timezone.now()
    Person.objects.update(call="done", called_at=at, called_by="admin:7")
    assert "called you on" in words(client.get(made.link(one)))


@pytest.mark.parametrize("when", ["", " ", "\u200b", "a\0b", "x" * 201, "x" * 5000])
def test_times_that_say_nothing_or_too_much_are_asked_for_again(one, when):
    body = f"answer=wants_call&when={quote(when)}"
    answer = Client().generic("POST", made.link(one), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert b'href="#id_when"' in answer.content
    assert Person.objects.get().call == ""


@pytest.mark.parametrize("word", ["", "yes", "x" * 5000, "no_mfa\0", "NO_MFA", "wants_call "])
def test_what_is_no_answer_is_asked_for_again(one, word):
    answer = press(one, answer=word)
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content
    assert b'href="#id_answer_0"' in answer.content
    assert Person.objects.get().answer == ""


def test_a_press_with_nothing_in_it_is_no_answer(one):
    assert press(one).status_code == 422


def test_each_answer_is_offered_with_the_one_that_stands_chosen(one, client):
    press(one, answer="no_phone")
    page = client.get(made.link(one)).content.decode()
    assert re.findall(r'name="answer" type="radio" value="(\w+)"', page) == [
        *("no_mfa", "no_longer_mfa", "no_longer_access", "no_phone", "no_invitation")
    ]
    assert re.findall(r'value="(\w+)" checked', page) == ["no_phone"]


def test_too_many_answers_are_told_until_when(one):
    for number in range(20):
        press(one, follow=False, answer=("no_mfa", "no_phone")[number % 2])
    answer = press(one, answer="no_mfa")
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert "You can answer again" in words(answer)
    assert Client().get(made.link(one)).status_code == 200


def test_a_stale_form_is_shown_again_with_what_was_typed(one):
    client = Client(enforce_csrf_checks=True)
    client.get(made.link(one))
    client.cookies["csrf"] = "b" * 32
    answer = client.post(made.link(one), {"answer": "wants_call", "when": "Tuesday", "csrfmiddlewaretoken": "a" * 64})
    assert answer.status_code == 403
    assert b'value="Tuesday"' in answer.content
    assert "This page was out of date" in words(answer)
    assert Person.objects.get().call == ""


def test_who_was_taken_out_while_they_looked_is_told_as_to_a_link_that_nobody_has(one, client):
    Person.objects.all().delete()
    assert reason(press(one, answer="no_mfa")) == "unknown"


def test_one_persons_link_answers_for_nobody_else(one):
    other = made.person(one.move)
    press(one, answer="no_mfa")
    assert Person.objects.get(pk=other.pk).answer == ""


def test_names_are_shown_as_words_and_not_as_a_page(organisation, client):
    move = made.move(title="<b>New</b>", whom_to_ask="<script>alert(1)</script> javascript:alert(1)")
    page = client.get(made.link(made.person(move, given_name="<i>Kim"))).content.decode()
    assert "<b>New" not in page
    assert "<i>Kim" not in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_who_asks_for_help_and_has_asked_for_a_call_is_told_that_it_comes(one):
    answer = press(one, answer="wants_call", when="Tuesday")
    assert (reason(answer), heading(answer)) == ("ask", "You asked for a call")
    assert "They will call you" in words(answer)
