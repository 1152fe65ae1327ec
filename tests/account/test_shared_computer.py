"""A computer that many use: each page says at once who is signed in on it, and how to be somebody else."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sign_in.models import Session

pytestmark = pytest.mark.django_db
PAGES = ("/", "/details/", "/help/cookies/", "/help/services/", "/sign-in/", "/problem/", "/account/")


def says_who(client, path, person):
    read = client.get(path).content.decode()
    return str(person) in read and "Sign out" in read and 'action="/sign-out/"' in read


@pytest.mark.parametrize("path", PAGES)
def test_each_page_says_who_is_signed_in_and_lets_them_sign_out(path, here, person):
    person.given_name, person.family_name = "Zuri", "Known"
    person.save()
    assert says_who(here, path, person)
    here.post("/sign-out/")
    assert not says_who(here, path, person)


def test_the_next_visitor_is_not_shown_the_page_of_the_one_before(here, person):
    assert says_who(here, "/", person)
    assert not says_who(Client(), "/", person)


@pytest.mark.parametrize("path", ["/", "/help/cookies/"])
def test_whose_session_has_ended_is_not_named(path, here, person):
    Session.objects.update(ended_at="2026-11-01T00:00Z", ended_reason="ended")
    assert not says_who(here, path, person)


@pytest.mark.parametrize("path", ["/", "/help/cookies/"])
def test_it_costs_a_visitor_without_that_cookie_nothing(path, client):
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    assert len(asked) == 0


def test_it_costs_one_statement_with_it(here):
    with CaptureQueriesContext(connection) as asked:
        here.get("/help/cookies/")
    assert len(asked) == 1


def test_a_page_of_what_went_wrong_asks_nothing(here):
    with CaptureQueriesContext(connection) as asked:
        assert here.get("/nowhere/").status_code == 404
    assert len(asked) == 0


def test_who_signs_in_here_next_ends_what_was_here(here, stored, signs_in, make_person):
    other = make_person()
    before = here.session_row
    signs_in(stored(other), here)
    before.refresh_from_db()
    assert before.ended_reason == "another_person"
    assert says_who(here, "/", other)
