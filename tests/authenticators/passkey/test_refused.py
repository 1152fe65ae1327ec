"""A passkey that lets nobody in: which page says so, what is noted, and what is stopped."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from authenticators import actions
from careid.limits.models import LimitCount
from careid.post.models import Mail
from careid.trail.models import Event
from desk import words
from desk.door.models import Passkey
from sign_in.models import Session
from tests.authenticators.passkey import fake, way
from tests.visitors import Visitor, post

pytestmark = pytest.mark.django_db
UP, UV, BE = 0x01, 0x04, 0x08
POST = "/sign-in/passkey/"


@pytest.fixture
def passkey(person):
    return way.stored(person)


def told(response, reason, private=None):
    """The page that a refusal leads to, which names its reason; nobody is here."""
    assert response.url == "/sign-in/refused/"
    page = response.client.get(response.url)
    assert f'data-page="sign-in-refused" data-reason="{reason}"' in page.content.decode()
    assert not Session.objects.exists()
    assert Event.objects.filter(name="sign_in.refused").latest("sequence").reason == (private or reason)
    return page


LIES = {
    "nobody was verified": ({"flags": UP}, "user_verification"),
    "nobody was there": ({"flags": UV}, "user_presence"),
    "it became eligible for backup": ({"flags": UP | UV | BE}, "backup_changed"),
    "a page of somebody else's": ({"origin": "https://elsewhere.example"}, "origin"),
    "a frame of somebody else's": ({"client": {"crossOrigin": True}}, "cross_origin"),
    "another host": ({"rp_id": "elsewhere.example"}, "rp_id"),
    "a passkey in the making": ({"client": {"type": "webauthn.create"}}, "type"),
    "another person's": ({"user_handle": bytes(32)}, "user_handle"),
    "nobody's": ({"user_handle": None}, "user_handle"),
    "another key": ({"key": fake.new_key()}, "signature"),
    "no challenge": ({"client": {"challenge": None}}, "malformed"),
}


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_is_refused_alike_and_noted_by_its_name(lie, visitor, passkey):
    wrong, private = LIES[lie]
    assert told(way.sign_in(visitor, passkey, **wrong), "wrong", private).status_code == 422
    assert not Mail.objects.exists()


@pytest.mark.parametrize("rubbish", ["{", "[]", "x" * 60_000, "\u202e", '{"id": 1}'])
def test_rubbish_is_refused(rubbish, visitor):
    typed = {"visit": way.visit(visitor.page("/sign-in/")), "credential": rubbish, "error": ""}
    told(visitor.client.post(POST, typed), "wrong", "malformed")


def test_another_browsers_challenge_is_none_of_this_ones(visitor, passkey):
    others = way.used(Visitor().page("/sign-in/"), passkey)
    mine = {**others, "visit": way.visit(visitor.page("/sign-in/"))}
    told(visitor.client.post(POST, mine), "timed_out")


def test_a_challenge_ends_after_five_minutes(visitor, passkey):
    typed = way.used(visitor.page("/sign-in/"), passkey)
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1), tick=True):
        assert told(visitor.client.post(POST, typed), "timed_out").status_code == 422


def test_a_challenge_is_spent_by_a_proof_that_is_wrong_too(visitor, passkey):
    page = visitor.page("/sign-in/")
    told(visitor.client.post(POST, way.used(page, passkey, flags=UP)), "wrong", "user_verification")
    told(visitor.client.post(POST, way.used(page, passkey)), "timed_out")


@pytest.mark.parametrize(("kept", "now"), [(5, 5), (5, 4), (5, 0)])
def test_a_count_that_does_not_grow_stops_the_passkey_and_everybody_on_file_is_told(kept, now, visitor, person):
    one = way.stored(person, count=kept)
    assert told(way.sign_in(visitor, one, count=now), "count_went_back").status_code == 403
    one.refresh_from_db()
    assert (one.state, one.state_reason, one.material["sign_count"]) == ("suspended", "count_went_back", kept)
    assert Event.objects.get(name="authenticator.suspended").actor == "system"
    [sent] = post()
    assert (sent.to, "stopped for now" in sent.subject) == ([person.email], True)
    assert "Why: there may be a copy of it" in sent.body
    told(way.sign_in(Visitor(), one, count=kept + 1), "suspended")


def test_a_lie_about_the_count_stops_nothing(visitor, person):
    one = way.stored(person, count=5)
    told(way.sign_in(visitor, one, count=1, key=fake.new_key()), "wrong", "signature")
    one.refresh_from_db()
    assert one.state == "active"


def test_one_that_is_stopped_is_said_to_be_only_to_who_proves_it(visitor, passkey):
    actions.suspend(authenticator=passkey, by="admin:7", reason="lost")
    told(way.sign_in(visitor, passkey), "suspended")
    told(way.sign_in(Visitor(), passkey, key=fake.new_key()), "wrong", "signature")


class TestUnknown:
    def page(self, response):
        page = told(response, "unknown_passkey", self.private)
        assert page.status_code == 403
        return page.content.decode()

    private = "unknown_passkey"

    def test_one_that_nobody_has_is_told_to_the_browser(self, visitor, passkey):
        page = self.page(way.sign_in(visitor, passkey, credential_id=bytes(32)))
        assert f'data-rp-id="localhost" data-credential-id="{fake.b64(bytes(32))}"' in page
        assert "passkey-left.js" in page

    def test_one_that_was_removed_is_told_to_the_browser(self, visitor, passkey):
        actions.revoke(authenticator=passkey, by="admin:7", reason="lost")
        assert f'data-credential-id="{passkey.external_id}"' in self.page(way.sign_in(visitor, passkey))
        assert Event.objects.latest("sequence").authenticator_id == passkey.pk

    def test_one_that_was_removed_is_not_stopped_for_its_count(self, visitor, person):
        one = way.stored(person, count=5)
        actions.revoke(authenticator=one, by="admin:7", reason="lost")
        self.page(way.sign_in(visitor, one, count=5))
        one.refresh_from_db()
        assert (one.state, one.state_reason) == ("revoked", "lost")

    def test_who_does_not_prove_a_removed_one_is_told_nothing_of_it(self, visitor, passkey):
        actions.revoke(authenticator=passkey, by="admin:7", reason="lost")
        told(way.sign_in(visitor, passkey, key=fake.new_key()), "wrong", "signature")

    def test_one_of_the_desk_is_not_told_to_the_browser_while_it_works_there(self, visitor, passkey, admin_user):
        theirs = Passkey.objects.create(
            user=admin_user, name="", credential_id=fake.b64(bytes(32)), user_handle=bytes(32), public_key="",
            sign_count=0, backup_eligible=False, backed_up=False, aaguid="", rp_id="localhost",
        )  # fmt: skip
        self.private = "elsewhere"
        page = self.page(way.sign_in(visitor, passkey, credential_id=bytes(32)))
        assert "data-credential-id" not in page
        assert "another part of Care ID" in page
        theirs.delete()
        self.private = "unknown_passkey"
        assert "data-credential-id" in self.page(way.sign_in(visitor, passkey, credential_id=bytes(32)))


def test_the_desk_reads_why_it_was_stopped(visitor, person):
    one = way.stored(person, count=5)
    way.sign_in(visitor, one, count=5)
    why = "the passkey's count went back, so that there may be a copy of it"
    one.refresh_from_db()
    assert words.why_stopped(one) == why
    assert words.event(Event.objects.get(name="authenticator.suspended")) == f"Authenticator suspended: {why}"


def test_after_sixty_failures_an_hour_an_address_has_to_wait(visitor, passkey):
    with time_machine.travel(timezone.now(), tick=False):
        told(way.sign_in(visitor, passkey, flags=UP), "wrong", "user_verification")
        LimitCount.objects.filter(limit="passkey_failures").update(count=59)
        assert way.sign_in(visitor, passkey, flags=UP).status_code == 302
        answer = way.sign_in(visitor, passkey)
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert not Session.objects.exists()


def test_who_proves_one_that_is_stopped_again_and_again_has_to_wait_too(visitor, passkey):
    actions.suspend(authenticator=passkey, by="admin:7", reason="lost")
    way.sign_in(visitor, passkey)
    assert LimitCount.objects.get(limit="passkey_failures").count == 1
