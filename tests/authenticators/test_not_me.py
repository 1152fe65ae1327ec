"""The link of every mail about a change, and the case that pressing it makes."""

import base64
import re
import struct
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from authenticators import actions, reports
from authenticators.models import Authenticator, Report
from careid.people.models import Profile
from careid.post import not_me
from careid.post.models import Mail
from careid.storing import crypto
from careid.trail.models import Event
from enrolment import assisted
from enrolment.models import Attempt
from profiles import emails
from tests import kinds
from tests.threads import at_once
from tests.visitors import post

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation(organisation):
    organisation.ra_email = "ra@riverside.example"
    organisation.save()
    return organisation


@pytest.fixture
def added(person, visitor):
    """Something was added, and its mail has come."""
    visitor.enrol(person)
    return Authenticator.objects.get()


def link_in(mail):
    return re.search(r"^http://localhost(/not-me/[\w-]+/)$", mail.body, re.MULTILINE).group(1)


@pytest.fixture
def link(added):
    return link_in(post()[-1])


def reason(response):
    return re.search(r'data-reason="([^"]*)"', response.content.decode()).group(1)


def press(link):
    return Client().post(link, follow=True)


def test_what_was_taken_away_already_is_not_said_to_be_stopped_by_the_press(added):
    stops, stop_words = "It stops the change at once", "stop the authenticator"
    mail = post()[-1]
    assert stops in mail.body
    assert stop_words in Client().get(link_in(mail)).content.decode()
    for take_away, reason in ((actions.suspend, "lost"), (actions.revoke, "lost")):
        take_away(authenticator=added, by="admin:1", reason=reason)
        mail = post()[-1]
        assert stops not in mail.body
        assert "It tells your Registration Authority at once." in mail.body
        assert stop_words not in Client().get(link_in(mail)).content.decode()


def test_opening_the_link_changes_nothing_however_often_a_mail_scanner_does(link, added):
    before = Event.objects.count()
    for response in (Client().get(link), Client().head(link), Client().get(link)):
        assert response.status_code == 200
    assert reason(Client().get(link)) == "ask"
    assert Authenticator.objects.get().state == "active"
    assert Event.objects.count() == before


def test_pressing_stops_it_at_once_and_tells_everybody(link, added, person):
    assert reason(press(link)) == "reported"
    added.refresh_from_db()
    assert (added.state, added.state_reason) == ("suspended", "not_me")
    assert Event.objects.filter(name="not_me.reported", authenticator_id=added.pk, profile_id=person.pk).count() == 1
    assert Report.objects.get().profile == person
    sent = {mail.to[0]: mail.subject for mail in post()}
    assert sent == {
        person.email: "Care ID: Authenticator app stopped for now",
        "ra@riverside.example": "Care ID: a report to look at",
    }


def test_the_desks_mail_names_nobody(link, person):
    press(link)
    [case] = [mail for mail in post() if mail.to == ["ra@riverside.example"]]
    assert person.user_id in case.body
    assert "Sample" not in case.body
    assert person.email not in case.body


def test_pressing_twice_is_pressing_once(link):
    press(link)
    events, mails = Event.objects.count(), Mail.objects.count()
    assert reason(press(link)) == "reported"
    assert (Event.objects.count(), Mail.objects.count(), Report.objects.count()) == (events, mails, 1)


def test_another_spelling_of_a_link_is_no_link(link, added):
    token = link.split("/")[2]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    alike = letters[letters.index(token[-1]) ^ 1]  # differs in bits that no byte holds
    for other in (token[:-1] + alike, f"{token}=", f"{token}%3D"):
        assert Client().get(f"/not-me/{other}/").status_code == 404, other
    assert Client().get(link).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_pressed_many_times_at_once_it_makes_one_report(link, added, person):
    token = link.split("/")[2]
    made = at_once([lambda: reports.report(token=token).pk] * 6, held=Profile.objects.filter(pk=person.pk))
    assert len(set(made)) == 1
    assert Event.objects.filter(name="not_me.reported").count() == 1
    assert Mail.objects.filter(template="case").count() == 1


def test_it_ends_open_attempts_and_nothing_can_be_added_until_the_case_is_closed(link, person, make_visitor):
    meanwhile = make_visitor()
    meanwhile.reach(person)
    press(link)
    assert meanwhile.client.get(kinds.last_page(meanwhile.kind)).url == "/expired/"
    assert not Attempt.objects.filter(ended_at=None).exclude(authenticator_id=None).exists()
    post()
    again = make_visitor()
    assert again.details(person).url == "/code/"  # the same public answer as ever
    assert Event.objects.get(name="identity.not_matched").reason == "reported"
    assert "must look at that first" in post()[-1].body
    reports.close(report=Report.objects.get(), by="admin:1", outcome="the_person", note="Called back")
    make_visitor().verify(person)
    assert Event.objects.get(name="not_me.closed").details == {"note": "Called back"}


def test_a_kind_is_not_offered_while_a_case_is_open(person, make_visitor):
    verified = make_visitor()
    verified.verify(person)
    Profile.objects.update(reported_at=timezone.now())
    assert "radio" not in verified.client.get("/authenticators/").content.decode()


def test_a_case_is_closed_once_and_the_last_of_two_lets_go(added, person, link):
    press(link)
    other = not_me.link(person, address=person.email).removeprefix("http://localhost")
    press(other)
    first, second = Report.objects.order_by("pk")
    assert reports.close(report=first, by="admin:1", outcome="mistake") is True
    assert reports.close(report=first, by="admin:1", outcome="mistake") is False
    assert Profile.objects.get().reported_at is not None
    assert reports.close(report=second, by="admin:1", outcome="mistake") is True
    assert Profile.objects.get().reported_at is None
    assert reason(Client().get(link)) == "closed"


def test_a_press_after_closing_stops_it_again_and_is_a_case_of_its_own(link, added):
    press(link)
    reports.close(report=Report.objects.get(), by="admin:1", outcome="the_person")
    actions.reinstate(authenticator=added, by="admin:2", reason="asked_by_person")
    page = Client().get(link)
    assert reason(page) == "closed"
    assert 'type="submit"' in page.content.decode()
    assert Authenticator.objects.get().state == "active"
    assert reason(press(link)) == reason(press(link)) == "reported"
    assert Authenticator.objects.get().state == "suspended"
    first, second = Report.objects.order_by("pk")
    assert (first.outcome, second.closed_at) == ("the_person", None)


def test_whoever_has_the_new_address_does_not_spend_the_link_of_the_old_one(person):
    before = person.email
    emails.change_email(profile=person, email="new@example.nhs.uk", by="admin:1", reason="correction")
    links = {mail.to[0]: link_in(mail) for mail in post()}
    press(links["new@example.nhs.uk"])
    reports.close(report=Report.objects.get(), by="admin:2", outcome="mistake")
    assert reason(Client().get(links[before])) == "ask"
    assert reason(press(links[before])) == "reported"
    assert Report.objects.filter(closed_at=None).count() == 1
    assert Profile.objects.get().reported_at is not None


def test_closing_is_told_to_everybody_on_file_with_a_link_that_works(link, person, added):
    before = person.email
    emails.change_email(profile=person, email="new@example.nhs.uk", by="admin:1", reason="correction")
    press(link)
    post()
    reports.close(report=Report.objects.get(), by="admin:2", outcome="mistake")
    told = {mail.to[0]: mail for mail in post()}
    assert {to: mail.subject for to, mail in told.items()} == dict.fromkeys(
        (before, "new@example.nhs.uk"), "Care ID: your report was closed"
    )
    assert "You can sign in again" in told[before].body
    actions.reinstate(authenticator=added, by="admin:2", reason="found")
    assert reason(press(link_in(told[before]))) == "reported"
    assert Authenticator.objects.get().state == "suspended"


def test_the_link_of_a_changed_profile_stops_what_was_added_since(person, make_visitor):
    make_visitor().enrol(person)
    [before] = Authenticator.objects.all()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        link = not_me.link(person, address=person.email).removeprefix("http://localhost")
        make_visitor().enrol(person)
        press(link)
    before.refresh_from_db()
    assert before.state == "active"
    assert Authenticator.objects.exclude(pk=before.pk).get().state == "suspended"


def test_where_nothing_was_added_since_the_person_is_told_all_the_same(person):
    press(not_me.link(person, address=person.email).removeprefix("http://localhost"))
    assert sorted(mail.subject for mail in post()) == ["Care ID: a report to look at", "Care ID: your report"]


def test_the_link_works_for_ten_days(link):
    with time_machine.travel(timezone.now() + timedelta(days=9, hours=23)):
        assert reason(Client().get(link)) == "ask"
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        assert reason(Client().get(link)) == "expired"
        assert Client().post(link).status_code == 404
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: ("B" if token[0] == "A" else "A") + token[1:],
        lambda token: token[:20],
        lambda token: "é" * 9,
        lambda token: token + token,
    ],
)
def test_a_damaged_or_made_up_link_says_so_and_does_nothing(change, link):
    token = change(link.split("/")[2])
    response = Client().post(f"/not-me/{token}/")
    assert (response.status_code, reason(response)) == (404, "unknown")
    assert not Report.objects.exists()


def test_a_token_is_of_one_authenticator_of_one_profile_and_of_one_address(person):
    address = {"address": person.email}
    links = {
        not_me.link(person, **address),
        not_me.link(person, **address, authenticator_id=uuid4()),
        not_me.link(person, address="before@example.nhs.uk"),
    }
    assert len(links) == 3
    assert {not_me.read(link.split("/")[-2]).profile_id for link in links} == {person.pk}


def test_a_link_that_the_release_before_mailed_goes_on_working(added, person):
    body = struct.pack(">16sQI", added.pk.bytes, person.pk, int(timezone.now().timestamp()))
    mac = crypto.macs("not me", body.hex())[0][:16]
    old = base64.urlsafe_b64encode(body + mac).decode().rstrip("=")
    assert reason(press(f"/not-me/{old}/")) == "reported"
    assert Authenticator.objects.get().state == "suspended"


def test_each_address_that_is_told_has_a_link_of_its_own(added, person, organisation):
    before = person.email
    emails.change_email(profile=person, email="new@example.nhs.uk", by="admin:1", reason="correction")
    assisted.start(profile=person, by="admin:1", oneself=False, checked="video", checked_by="admin:1")
    added.refresh_from_db()
    actions.suspend(authenticator=added, by="admin:1", reason="lost")
    told = [(mail.to[0], link_in(mail)) for mail in post()[-6:]]
    of_old, of_new = ({link for to, link in told if to == address} for address in (before, person.email))
    assert len(told) == 6
    assert of_old
    assert of_new
    assert not of_old & of_new


def test_every_mail_about_a_change_of_an_authenticator_has_the_link(added, person):
    post()
    actions.suspend(authenticator=added, by="admin:1", reason="lost")
    actions.reinstate(authenticator=added, by="admin:1", reason="asked_by_person")
    actions.revoke(authenticator=added, by="admin:1", reason="lost")
    assert len([link_in(mail) for mail in post()]) == 3
