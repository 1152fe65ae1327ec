"""A computer that a ward shares: whoever comes next sees nothing of the person before, and begins afresh."""

import pytest
from django.urls import reverse

from authenticators.models import Authenticator
from careid.trail.models import Event
from enrolment.models import Attempt
from tests import kinds
from tests.visitors import newest_code

pytestmark = pytest.mark.django_db


def text(page):
    return " ".join(page[page.index("<main") :].split())


@pytest.fixture
def added(visitor, person):
    """A visitor who has added something, and the path of its confirmation."""
    return visitor, visitor.enrol(person).url


def test_finish_ends_the_attempt_and_says_so_on_the_start_page_once(added):
    visitor, done = added
    answer = visitor.client.post(done.replace("done", "finish"))
    assert answer.url == "/"
    assert "You have finished." in visitor.page("/")
    assert "You have finished." not in visitor.page("/")
    assert Attempt.objects.get().ended_at
    assert Event.objects.get(name="attempt.ended").reason == "finished"
    assert visitor.client.get(done).status_code == 404
    assert "reference" not in visitor.page("/details/").lower()
    assert Authenticator.objects.get().state == "active"


def test_finish_is_a_button_and_not_you_stands_before_what_was_added(added):
    visitor, done = added
    page = text(visitor.page(done))
    assert page.index("Not you?") < page.index("<h1")
    assert done.replace("done", "finish") in page
    assert visitor.client.get(done.replace("done", "finish")).status_code == 405
    assert visitor.client.post("/restart/").url == "/"
    assert visitor.client.get(done).status_code == 404


def test_a_stranger_can_not_finish_it(added, make_visitor):
    _, done = added
    assert make_visitor().client.post(done.replace("done", "finish")).status_code == 404
    assert Attempt.objects.get().ended_at is None


@pytest.mark.parametrize("path", ["/", "/details/"])
def test_who_starts_after_something_was_added_begins_afresh_and_sees_nothing_of_it(path, added):
    visitor, _ = added
    page = visitor.page(path)
    assert Attempt.objects.get().reference not in page
    assert f"{Authenticator.objects.get().title} added" not in text(page)
    assert "You have begun" not in page


def test_the_next_person_adds_theirs_and_the_page_of_the_one_before_is_closed(added, make_person):
    visitor, done = added
    visitor.verify(make_person())
    assert visitor.client.get(done).url == "/authenticators/"
    assert Event.objects.get(name="attempt.ended").reason == "replaced"


def test_undo_asks_first_and_a_look_at_the_question_removes_nothing(added):
    visitor, done = added
    undo = done.replace("done", "undo")
    assert f'href="{undo}"' in visitor.page(done)
    page = visitor.page(undo)
    assert "Remove this authenticator?" in text(page)
    assert Authenticator.objects.get().state == "active"
    assert visitor.client.post(undo).url == done
    assert Authenticator.objects.get().state == "revoked"
    assert visitor.client.get(undo).url == done


@pytest.mark.parametrize("path", ["/", "/details/"])
def test_whoever_has_begun_may_carry_on_or_start_again(path, visitor, person):
    visitor.details(person)
    page = text(visitor.page(path))
    assert "You have begun" in page
    assert 'href="/authenticators/"' in page
    assert 'action="/restart/"' in page
    visitor.client.post("/restart/")
    assert "You have begun" not in visitor.page(path)


def test_a_decoy_is_told_the_same_as_a_person_on_file(visitor, person, make_visitor):
    visitor.details(person)
    decoy = make_visitor()
    decoy.details(person, nino="PP999999A")
    for one in (visitor, decoy):
        assert "You have begun" in one.page("/")


@pytest.mark.parametrize("verified", [False, True])
def test_a_first_tab_is_told_that_a_second_one_began_again(verified, visitor, person):
    visitor.reach(person)
    here = visitor.client.cookies["careid"].value
    visitor.details(person)  # in the second tab
    assert visitor.client.cookies["careid"].value != here
    if verified:
        visitor.code(newest_code())
    answer = visitor.client.post(kinds.last_page(visitor.kind), {})
    first = reverse(f"{visitor.kind}:add") if verified else "/code/"
    assert answer.url == first
    page = visitor.page(first)
    assert "You began again in another tab" in page
    assert "delete the entry" in page
    assert "You began again in another tab" not in visitor.page(first)


def test_a_form_of_the_first_tab_is_not_judged_as_the_second_ones(visitor, person):
    visitor.reach(person)
    first = Attempt.objects.get().reference
    visitor.reach(person)
    last, before = kinds.last_page(visitor.kind), Attempt.objects.latest("started_at").pending
    assert visitor.client.post(last, {"begun": first, "code": "000000"}).url == last
    assert "You began again in another tab" in visitor.page(last)
    assert Attempt.objects.latest("started_at").pending == before
    assert visitor.finish().status_code == 302


@pytest.mark.parametrize("path", ["/code/", "/authenticators/"])
def test_who_comes_without_their_cookie_is_told_why(path, visitor, person):
    visitor.verify(person)
    del visitor.client.cookies["careid"]
    assert visitor.client.get(path).url == "/details/"
    assert "We have lost your place." in visitor.page("/details/")
    assert "We have lost your place." not in visitor.page("/details/")


def test_a_word_that_is_not_ours_is_not_said(visitor):
    visitor.client.cookies["careid-passing"] = "<b>made up</b>"
    page = visitor.page("/")
    assert "made up" not in page
    assert "inset-text" not in text(page)
