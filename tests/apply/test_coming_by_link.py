"""The link of an invitation: it shows, a press mails a code, and of several browsers the last one goes on."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.conf import settings
from django.core import serializers
from django.test import Client
from django.utils import timezone

from apply import inviting, opening
from apply.models import Invitation
from careid.errors import Refused
from careid.limits.models import LimitCount
from careid.post.models import Mail
from careid.trail.models import Event
from tests.apply.comer import Comer, fresh, named, path, put
from tests.visitors import newest_code, post

pytestmark = pytest.mark.django_db
State = Invitation.State
PRESSED = {"csrfmiddlewaretoken": "x" * 64}


def codes_mailed():
    return Mail.objects.filter(template="apply_code").count()


def events():
    return list(Event.objects.filter(name__startswith="invitation.").order_by("sequence").values_list("name", "reason"))


def after(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


def test_the_link_shows_who_invited_and_what_to_have_ready_and_changes_nothing(invitation, client):
    before = serializers.serialize("json", Invitation.objects.all())
    page = client.get(path(invitation))
    assert (page.status_code, named(page)) == (200, "apply")
    for words in ("Riverside RA", "National Insurance number", invitation.reference):
        assert words in page.content.decode()
    assert invitation.email not in page.content.decode()
    assert client.head(path(invitation)).status_code == 200
    assert serializers.serialize("json", Invitation.objects.all()) == before
    assert settings.APPLY_COOKIE not in client.cookies
    assert (codes_mailed(), events()) == (0, [("invitation.sent", "")])


def test_a_press_mails_a_code_to_who_was_invited_and_binds_the_invitation_to_this_browser(invitation):
    comer = Comer()
    answer = comer.open(invitation)
    assert (answer.status_code, answer.url) == (302, "/apply/code/")
    row = fresh(invitation)
    assert (row.state, row.codes, row.opened_at is not None) == (State.OPENED, 1, True)
    morsel = comer.client.cookies[settings.APPLY_COOKIE]
    assert (morsel["httponly"], morsel["samesite"], morsel["max-age"]) == (True, "Lax", "")
    assert comer.cookie.encode() not in bytes(row.browser_hash)
    mail = Mail.objects.get(template="apply_code")
    assert (mail.content["to"], mail.profile_id, mail.reference) == (row.email, None, row.reference)
    assert "http" not in mail.content["body"]
    assert timedelta(minutes=6) < mail.not_after - timezone.now() <= timedelta(minutes=7)  # and is not sent later
    assert events()[1:] == [("invitation.opened", ""), ("invitation.code_sent", "")]
    assert LimitCount.objects.get(limit="code_sends_all").count == 1
    page = comer.client.get("/apply/code/")
    assert (page.status_code, named(page)) == (200, "apply-code")
    assert row.email in page.content.decode()


@pytest.mark.parametrize("how", ["its cookie", "the same page pressed twice"])
def test_the_same_browser_goes_on_without_another_code(invitation, how):
    comer, pressed = Comer(), PRESSED if how.startswith("the same") else {}
    comer.open(invitation, **pressed)
    first = comer.cookie
    if pressed:
        del comer.client.cookies[settings.APPLY_COOKIE]
    assert comer.open(invitation, **pressed).url == "/apply/code/"
    assert (comer.cookie, codes_mailed(), fresh(invitation).codes) == (first, 1, 1)
    assert comer.type(newest_code()).url == "/apply/details/"
    assert comer.open(invitation).url == "/apply/code/"
    assert (comer.at(), codes_mailed()) == ("apply-details", 1)


def test_what_another_browser_presses_is_no_second_press_of_this_one(invitation):
    one, other = Comer(), Comer()
    one.open(invitation, **PRESSED)
    other.open(invitation, csrfmiddlewaretoken="y" * 64)
    assert (one.cookie != other.cookie, codes_mailed()) == (True, 2)


def test_another_browser_begins_anew_and_the_cookie_of_the_first_is_dead(invitation):
    one, other = Comer(), Comer()
    one.open(invitation)
    first = newest_code()
    other.open(invitation)
    assert one.at() == "apply: lost"
    assert one.type(newest_code()).status_code == HTTPStatus.NOT_FOUND
    assert other.type(first).status_code == HTTPStatus.UNPROCESSABLE_ENTITY  # only the newest code works
    assert fresh(invitation).state == State.OPENED
    assert ("invitation.opened", "opened_again") in events()


def test_who_has_the_link_takes_a_proved_mailbox_from_nobody_but_has_to_prove_it(invitation):
    one, thief = Comer(), Comer()
    one.prove(invitation)
    thief.open(invitation)
    assert (one.at(), thief.at(), fresh(invitation).proved_at) == ("apply: lost", "apply-code", None)
    assert thief.give().url == "/apply/code/"
    one.prove(invitation)
    assert (one.at(), thief.at()) == ("apply-details", "apply: lost")


def test_in_the_same_browser_a_code_that_ran_out_is_followed_by_another(invitation):
    comer = Comer()
    comer.open(invitation)
    with after(minutes=11):
        comer.open(invitation)
        assert (codes_mailed(), comer.type(newest_code()).url) == (2, "/apply/details/")


DEAD = {
    State.EXPIRED: "expired",
    State.CANCELLED: "cancelled",
    State.BLOCKED: "blocked",
    **dict.fromkeys((State.FOUND, State.SUBMITTED, State.APPROVED, State.REJECTED), "submitted"),
}


@pytest.mark.parametrize("state", DEAD)
def test_a_dead_link_says_why_and_a_press_does_nothing(invitation, state, person):
    put(invitation, state=state, profile=person)
    comer = Comer()
    for page in (comer.client.get(path(invitation)), comer.open(invitation)):
        assert (page.status_code, named(page)) == (404, f"apply: {DEAD[state]}")
        assert "Riverside RA" in page.content.decode() or "01632 960200" in page.content.decode()
        assert not any(word in page.content.decode() for word in (invitation.email, person.user_id))
    assert (codes_mailed(), fresh(invitation).state) == (0, state)


def test_who_has_the_link_alone_is_not_told_what_came_of_the_details(invitation, person, client):
    pages = []
    for state in (State.FOUND, State.SUBMITTED, State.APPROVED, State.REJECTED):
        put(invitation, state=state, submitted_at=timezone.now(), profile=person if state == State.FOUND else None)
        pages.append(client.get(path(invitation)).content)
    assert len({*pages}) == 1


def test_a_link_whose_time_is_over_is_dead_before_anything_has_ended_it(invitation):
    comer = Comer()
    comer.open(invitation)
    code = newest_code()
    put(invitation, expires_at=timezone.now())
    assert named(comer.client.get(path(invitation))) == "apply: expired"
    assert named(comer.client.get("/apply/code/")) == "apply: expired"
    assert named(comer.type(code)) == "apply: expired"
    assert fresh(invitation).wrong == 0


@pytest.mark.parametrize("token", ["x", "%00", "%ED%A0%80", "x" * 3_000, "a b", "..%2Fcode"])
def test_what_is_no_link_is_told_so(client, token):
    for answer in (client.get(f"/apply/{token}/"), client.post(f"/apply/{token}/")):
        assert named(answer) in {"apply: unknown", "error: 404", "error: 400"}


def test_the_link_of_before_is_dead_once_the_inviter_sends_another(invitation):
    comer, before = Comer(), path(invitation)
    comer.open(invitation)
    code = newest_code()
    inviting.resend(invitation=fresh(invitation), by="admin:7")
    assert named(comer.client.get(before)) == "apply: unknown"
    assert (comer.at(), named(comer.type(code))) == ("apply: lost", "apply: lost")
    comer.prove(invitation)
    assert fresh(invitation).codes == 1


def test_a_link_that_was_replaced_while_its_page_was_asked_for_opens_nothing(invitation):
    stale = fresh(invitation)
    inviting.resend(invitation=fresh(invitation), by="admin:7")
    with pytest.raises(Refused, match="unknown"):
        opening.open_(invitation=stale, browser="", pressed="")
    assert codes_mailed() == 0


def test_once_the_invitation_is_cancelled_nothing_goes_on_and_its_code_is_not_mailed(invitation):
    comer = Comer()
    comer.open(invitation)
    inviting.cancel(invitation=fresh(invitation), by="admin:7", reason="mistake")
    assert Mail.objects.get(template="apply_code").state == Mail.State.DROPPED
    assert comer.at() == "apply: lost"
    assert named(comer.client.get(path(invitation))) == "apply: cancelled"


def test_six_codes_are_mailed_and_then_the_link_is_blocked_until_the_inviter_sends_another(invitation):
    for _ in range(6):
        comer = Comer()
        comer.open(invitation)
    assert "most" in comer.client.get("/apply/code/").content.decode()
    assert fresh(invitation).state == State.OPENED
    page = Comer().open(invitation)
    assert (page.status_code, named(page)) == (404, "apply: blocked")
    row = fresh(invitation)
    assert (row.state, row.codes, row.code_digest, row.ended_at is not None) == (State.BLOCKED, 6, None, True)
    assert (codes_mailed(), events()[-1]) == (6, ("invitation.blocked", "codes"))
    assert comer.at() == "apply: blocked"
    inviting.resend(invitation=row, by="admin:7")
    post()
    comer.prove(invitation)


def test_one_browser_holds_one_invitation_and_can_take_up_another(make_invitation):
    one, other, comer = make_invitation(), make_invitation(), Comer()
    comer.prove(one)
    comer.prove(other)
    assert comer.give().url == "/apply/sent/"
    assert (fresh(one).state, fresh(other).state) == (State.PROVED, State.SUBMITTED)


@pytest.mark.parametrize("page", ["code", "details", "sent"])
def test_without_a_cookie_a_page_leads_back_to_the_email(page, db):
    comer = Comer()
    for answer in (comer.client.get(f"/apply/{page}/"), comer.client.post(f"/apply/{page}/", {"code": "123456"})):
        assert (answer.status_code, named(answer)) == (404, "apply: lost")
    comer.client.cookies[settings.APPLY_COOKIE] = "made up"
    assert named(comer.client.get(f"/apply/{page}/")) == "apply: lost"


def test_a_stale_form_is_shown_again_and_nothing_is_done(invitation):
    comer = Comer(Client(enforce_csrf_checks=True))
    page = comer.client.get(path(invitation))
    token = page.content.decode().partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]
    stale = comer.open(invitation, csrfmiddlewaretoken="a" * 64)
    assert (stale.status_code, named(stale), fresh(invitation).state) == (403, "apply", State.SENT)
    assert comer.open(invitation, csrfmiddlewaretoken=token).status_code == 302
    for path_, name in (("code", "apply-code"), ("code/again", "apply-code")):
        stale = comer.client.post(f"/apply/{path_}/", {"code": "123456", "csrfmiddlewaretoken": "a" * 64})
        assert (stale.status_code, named(stale)) == (403, name)
    assert (fresh(invitation).wrong, codes_mailed()) == (0, 1)
