"""Why a person can't sign in, where they are signed in and what their last tries came to, as the desk says it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string

from authenticators import actions
from authenticators.models import Report
from authenticators.registry import KINDS
from careid.limits import counting
from careid.people.models import Organisation, Profile
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record
from desk import diagnosis, signing_in, words
from profiles import locks
from sign_in import sessions, trail
from sign_in.words import Ended, Why
from tests import kinds
from tests.desk.door.admins import role
from tests.desk.test_person_page import said
from tests.sign_in.test_sessions import come_in, stored

pytestmark = pytest.mark.django_db
SOME = kinds.some_kind()
TITLE = KINDS[SOME].title


@pytest.fixture
def agent(organisation):
    return role("RA agent", organisation)


@pytest.fixture
def one(person):
    return stored(person, name="Work phone")


def told(person):
    person = Profile.objects.select_related("organisation").get(pk=person.pk)
    live = list(person.authenticators.live())
    return {cause.reason: (cause.words, cause.remedy) for cause in signing_in.causes(person, live)}


def stops(client, person):
    return said(client, person).partition("What stops them from signing in")[2].partition("What you can do")[0]


def refuse(one, reason, times=1):
    for _ in range(times):
        trail.note(kind=KINDS[one.kind], reason=reason, authenticator=one)


def test_nothing_stops_someone_who_can_sign_in(one, person, agent):
    assert told(person) == {}
    assert "Nothing that we know of stops them from signing in now." in stops(agent, person)


@pytest.mark.parametrize(
    ("fields", "reason", "remedy", "button"),
    [
        ({"state": "suspended", "state_reason": "lost"}, "suspended", "reinstate", "Reinstate"),
        ({"usable_from": timezone.now() + timedelta(hours=30)}, "on_hold", "lift", "Lift the hold"),
    ],
)
def test_each_authenticator_that_may_not_be_used_comes_with_what_lets_it_work(
    fields, reason, remedy, button, person, agent
):
    one = stored(person, name="Work phone", **fields)
    words_, does = told(person)[reason]
    assert words_.startswith(f"{TITLE}, “Work phone”: ")
    assert does == f"{remedy} {one.pk}"
    assert f". {button}" in stops(agent, person)


def test_a_closed_profile_and_an_open_report_come_with_theirs(person, one):
    Profile.objects.update(state="closed", closed_reason="leaver", reported_at=timezone.now())
    Report.objects.create(profile=person, token_hash=b"x" * 32)
    assert {reason: remedy for reason, (_, remedy) in told(person).items()} == {"closed": "reopen", "reported": "case"}


def test_who_has_nothing_to_sign_in_with_is_told_so(person):
    assert told(person)["none"][0].startswith("They have no authenticator")


def test_a_kind_that_nobody_signs_in_with_here_is_told(person, one, monkeypatch):
    monkeypatch.setitem(signing_in.KINDS, SOME, replace(KINDS[SOME], sign_in=None))
    assert "nobody of" in told(person)["turned_off"][0]


def test_a_kind_that_their_organisation_has_not_turned_on_is_told(person, one, monkeypatch):
    monkeypatch.setitem(signing_in.KINDS, SOME, replace(KINDS[SOME], organisation_switch="takes_part"))
    assert told(person) == {}
    Organisation.objects.update(takes_part=False)
    assert "nobody of" in told(person)["turned_off"][0]


def test_the_last_refusal_is_told_with_how_often_and_what_ends_it(person, one, agent):
    refuse(one, Why.LEVEL)
    refuse(one, Why.ON_HOLD, times=3)
    last = stops(agent, person)
    assert re.search(r"Last try, \d\d:\d\d, Work phone: could not sign in: it is on hold, 3 times\. Nothing else", last)
    [cause] = signing_in.last_try(signing_in.tries(Event.objects.all(), [one]))
    assert cause.remedy == f"lift {one.pk}"


def test_a_refusal_before_they_were_let_in_stops_nobody(person, one):
    refuse(one, Why.ON_HOLD)
    come_in(one)
    assert signing_in.last_try(signing_in.tries(Event.objects.all(), [one])) == []


def test_the_page_tells_where_they_are_signed_in_and_whether_that_still_holds(person, one, agent):
    assert "Where they are signed in Nowhere." in said(agent, person)
    opened = come_in(one)
    type(opened.session).objects.update(browser="Chrome on Windows", network="203.0.113.0/24")
    for part in ("Chrome on Windows", " Signed in Work phone ", "203.0.113.0/24"):
        assert part in said(agent, person).partition("Where they are signed in")[2]
    actions.revoke(authenticator=one, by="admin:7", reason="lost")
    assert "Over: what they signed in with may not be used any more" in said(agent, person)


def test_an_ending_says_why_and_who_did_it(person, one, agent, organisation):
    sessions.end_all(profile=person, by="person", reason=Ended.SIGNED_OUT)
    come_in(one)
    client = role("RA manager", organisation)
    type(client.user).objects.filter(pk=client.user.pk).update(first_name="Rita", last_name="Example")
    client.post(f"/admin/careid/profile/{person.pk}/sign-out/", {"reason": "shared_computer"})
    ended = said(agent, person).partition("Last sign-ins")[2].partition("Last attempts")[0]
    assert "Signed out: Left signed in on a computer that others use" in ended
    assert "Rita Example" in ended
    assert "Signed in Work phone the person" in ended


def test_what_happened_at_an_organisation_before_stays_that_ones(person, one, agent):
    refuse(one, Why.LEVEL)
    person.organisation = Organisation.objects.create(code="RX2", name="Hillside Surgery")
    person.save()
    page = said(role("RA agent", person.organisation), person)
    assert "Last sign-ins None." in page
    assert "Last try" not in page


def test_who_may_not_read_the_trail_sees_no_sign_in(person, one, organisation):
    come_in(one)
    refuse(one, Why.LEVEL)
    page = said(role("Sponsor", organisation), person)
    for words_ in ("Where they are signed in", "Last sign-ins", "Last try"):
        assert words_ not in page


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_reason_that_signing_in_records_has_words_and_each_means_one_thing(kind):
    own = {one.value: one.words for one in kind.reasons}
    for reason in (*Why, *kind.reasons):
        event = Event(name=EventName.SIGN_IN_REFUSED, outcome="refused", reason=reason, details={"kind": kind.slug})
        assert words.event(event) == f"Could not sign in: {own.get(reason, reason.words)}"
    assert not {one.value for one in Why} & own.keys()


@pytest.mark.parametrize("reason", Ended)
def test_every_reason_of_an_ending_has_words(reason):
    said = words.event(Event(name=EventName.SESSION_ENDED, reason=reason))
    assert said.partition(": ")[2] in {reason.words, words.REASONS.get(reason)}


def test_events_of_signing_in_are_told_in_words_with_what_they_keep(agent, person, one):
    kept = {"kind": SOME, "level": 2, "known": False}
    event = record(EventName.SIGN_IN_SUCCEEDED, profile=person, authenticator_id=one.pk, details=kept)
    page = agent.get(f"/admin/careid/event/{event.pk}/change/").content.decode()
    for part in ("Signed in", f"kind: {TITLE}", "level of assurance: 2", "a browser used of late: no", "Work phone"):
        assert part in page
    assert "Could not sign in" in agent.get("/admin/careid/event/").content.decode()  # a filter


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.locks], ids=lambda kind: kind.slug)
def test_a_lock_of_signing_in_stands_beside_what_lifts_it_and_stops_no_adding(kind, person, agent):
    kinds.way(kind.slug).stored(person)
    held = min(import_string(kind.locks)(person), key=lambda one: one.limit.most)
    for _ in range(held.limit.most + 1):
        counting.hit((held.limit, held.subject))
    said_, remedy = told(person)["locked"]
    assert (said_.startswith(f"{kind.title}: locked until "), remedy) == (True, "unlock")
    assert held.words in said_
    assert "locked" not in {cause.reason for cause in diagnosis.causes(person)}
    assert ". Lift the lock" in stops(agent, person)
    locks.lift(profile=person, by="admin:7", reason="mistake")
    assert "locked" not in told(person)
