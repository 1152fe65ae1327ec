"""Asking to be invited: one email a day for a name, the same answer for everybody, and nobody is looked up."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from apply import asking
from careid.limits.models import LimitCount
from careid.people.models import Organisation
from careid.post.models import Mail
from careid.serving.visitors import Visitor as Here
from careid.trail.models import Event
from tests.apply.comer import named
from tests.threads import together
from tests.visitors import post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def authority(organisation):
    organisation.ra_email = "ra@example.nhs.uk"
    organisation.save()
    return organisation


def ask(client, organisation="RX1", name="Béa O\u2019Newcomer"):
    return client.post("/apply/ask/", {"organisation": organisation, "name": name})


def test_the_registration_authority_gets_an_email_with_the_name_and_no_more(client, authority):
    answer = ask(client)
    assert (answer.status_code, answer.url) == (302, "/apply/ask/sent/")
    assert named(client.get(answer.url)) == "apply-ask: sent"
    [mail] = post()
    assert (mail.to, "Béa O\u2019Newcomer" in mail.body, "http" in mail.body) == (["ra@example.nhs.uk"], True, False)
    event = Event.objects.get(name="invitation.asked")
    assert (event.organisation, event.details, event.profile_id) == ("RX1", {}, None)
    assert event.reference in mail.body


@pytest.mark.parametrize("typed", ["RX1", "rx1", " RX1 ", "Riverside Community Trust", "riverside community-trust"])
def test_an_organisation_is_named_by_its_code_or_its_name(client, typed):
    assert ask(client, typed).status_code == 302


@pytest.mark.parametrize(
    ("typed", "words"),
    [("RX9", "do not know"), ("-", "do not know"), ("Twice", "ODS code"), ("NOR", "no email"), ("", "Enter where")],
)
def test_one_that_cannot_be_asked_is_told_in_words(client, typed, words):
    for code in ("TW1", "TW2"):
        Organisation.objects.create(code=code, name="Twice", ra_email="x@example.nhs.uk")
    Organisation.objects.create(code="NOR")
    page = ask(client, typed)
    assert (page.status_code, page.content.decode().count(words) >= 2) == (422, True)
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "Ann Lee",
        "Ann-Marie O'Neil",
        "Zoë J. Ó Brien",
        "राधा",
        "Anne\u0301 Li",
        "J.-P. St. John",
        "T.J. O'Li",
        "P.O\u2019Li",
    ],
)
def test_a_name_may_have_what_names_have(name):
    assert asking.is_name(name)


@pytest.mark.parametrize("name", ["http://x", "a@b", "Ann 2", "<b>", "-", "x\ny", "Ann (HR)"])
def test_a_name_is_no_address_and_no_message(client, name):
    assert not asking.is_name(name)
    assert ask(client, name=name).status_code == 422 or name == "x\ny"


@pytest.mark.parametrize(
    "name", ["evil.example", "www.xy.z", "x.com", "nhs-desk-a.com", "Ann o.uk", "x.भारत", "St.John"]
)
def test_a_name_is_nothing_that_a_mail_program_makes_a_link_of(name):
    assert not asking.is_name(name)


def test_the_same_name_is_passed_on_once_a_day_and_the_answer_is_the_same(client):
    answers = [ask(client, name=name) for name in ("Bea Newcomer", "BEA  NEWCOMER", "Béa Newcomer")]
    assert {one.url for one in answers} == {"/apply/ask/sent/"}
    assert (Mail.objects.count(), Event.objects.filter(name="invitation.asked").count()) == (1, 1)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        ask(client, name="Bea Newcomer")
    assert Mail.objects.count() == 2


def test_an_authority_gets_twenty_a_day_and_who_asks_more_sees_no_difference(client, authority):
    ask(client)
    LimitCount.objects.filter(limit="apply_asks_organisation").update(count=20)
    assert ask(client, name="Another Person").url == "/apply/ask/sent/"
    assert Mail.objects.count() == 1


def test_an_address_asks_ten_times_an_hour(client):
    names = [f"Person {letter}" for letter in "abcdefghijk"]
    statuses = [ask(client, name=name).status_code for name in names]
    assert statuses == [302] * 10 + [429]
    page = ask(client, name="Person z")
    assert (named(page), "Retry-After" in page.headers) == ("locked: limit", True)
    assert ("from your network" in page.content.decode(), "invited you" in page.content.decode()) == (True, False)


def test_who_is_on_file_is_not_looked_for(client, person, django_assert_num_queries):
    def tables(name):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            ask(client, name=name)
        return [query["sql"] for query in queries]

    on_file, not_on_file = tables("Ama Sample"), tables("Nobody Here")
    assert len(on_file) == len(not_on_file)
    assert not any("careid_profile" in sql for sql in on_file)


@pytest.mark.django_db(transaction=True)
def test_of_many_presses_at_once_one_is_passed_on(authority):
    here = Here("127.0.0.1", "127.0.0.0/24", 1)
    together([partial(asking.ask, organisation=authority, name="Bea Newcomer", here=here)] * 4)
    assert Mail.objects.count() == 1


def test_the_page_is_led_to_from_where_people_get_stuck(client):
    for path in ("/problem/", "/"):
        assert 'href="/apply/ask/"' in client.get(path).content.decode()
    found = client.get("/help/find-your-ra/", {"q": "RX1"}).content.decode()
    assert 'href="/apply/ask/?organisation=RX1"' in found
    assert 'value="RX1"' in client.get("/apply/ask/?organisation=RX1").content.decode()


def test_no_authority_without_an_email_is_offered(client, authority):
    Organisation.objects.update(ra_email="")
    assert "/apply/ask/?" not in client.get("/help/find-your-ra/", {"q": "RX1"}).content.decode()


def test_a_stale_form_is_shown_again_with_what_was_typed(client):
    client.handler.enforce_csrf_checks = True
    page = ask(client, name="Kept Person")
    assert (page.status_code, 'value="Kept Person"' in page.content.decode()) == (403, True)
    assert not Mail.objects.exists()
