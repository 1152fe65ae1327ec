"""Who led to something does not undo its discovery: at each door of the desk, and by each rule behind it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apply.models import Application, Invitation
from authenticators import actions, holds, reports
from authenticators.models import Authenticator, Report
from careid.errors import Refused
from careid.limits import counting, limits, own
from careid.people.models import LATELY, Profile
from careid.post import not_me
from careid.trail import actors, duties
from careid.trail.models import Event
from careid.trail.names import EventName
from careid.trail.record import record
from desk import apart, application_verbs, invitation_words, move_verbs, verbs
from enrolment import assisted
from moves.models import Move, Person
from profiles import closing, emails, locks, numbers
from tests import kinds
from tests.desk.door.admins import role, stale

pytestmark = pytest.mark.django_db
NUMBER = "PP999901C"  # made up: PP is never issued
WHY = {"reason": "person_confirmed"}
ROWS = {
    Profile: verbs.PROFILE, Authenticator: verbs.AUTHENTICATOR, Report: verbs.REPORT,
    Application: application_verbs.APPLICATION, Invitation: invitation_words.VERBS,
    Move: move_verbs.MOVE, Person: move_verbs.PERSON,
}  # fmt: skip
# Each verb that undoes or softens a discovery: what the desk is sent, and the rule behind it.
DOORS = {
    (Profile, "email"): ({"email": "c@example.nhs.uk", "reason": "correction"}, lambda row, by: emails.change_email(profile=row, email="c@example.nhs.uk", by=by, reason="correction")),
    (Profile, "number"): ({"number": NUMBER, "again": NUMBER, "reason": "correction"}, lambda row, by: numbers.set_number(profile=row, number=NUMBER, by=by, reason="correction")),
    (Profile, "unlock"): ({"reason": "mistake"}, lambda row, by: locks.lift(profile=row, by=by, reason="mistake")),
    (Profile, "reopen"): ({"reason": "returned"}, lambda row, by: closing.reopen(profile=row, by=by, reason="returned")),
    (Profile, "assist"): ({"checked": "video", "checked_by": "me"}, lambda row, by: assisted.start(profile=row, by=by, oneself=False, checked="video", checked_by=by)),
    (Authenticator, "reinstate"): ({"reason": "found"}, lambda row, by: actions.reinstate(authenticator=row, by=by, reason="found")),
    (Authenticator, "lift"): (WHY, lambda row, by: holds.lift(authenticator=row, by=by, **WHY)),
    (Report, "close"): ({"reason": "the_person"}, lambda row, by: reports.close(report=row, by=by, outcome="the_person")),
}  # fmt: skip
# What takes away, asks or invites: it undoes nothing that somebody found out.
FREE = {
    (Profile, "check"), (Profile, "sign-out"), (Profile, "revoke"), (Profile, "close"), (Profile, "invite"),
    (Authenticator, "revoke"), (Authenticator, "suspend"), (Application, "check"), (Application, "reject"),
    (Invitation, "resend"), (Invitation, "cancel"), (Person, "called"), *((Move, verb.slug) for verb in move_verbs.MOVE),
}  # fmt: skip
FOUR_EYES = {(Application, "approve")}  # whoever invited doesn't: tests/desk/test_applications.py
# Each is done without a factor that is fresh: what stops something, asks, invites, or notes a call.
NOT_FRESH = {
    (Profile, "check"), (Profile, "invite"), (Profile, "sign-out"), (Authenticator, "suspend"),
    (Invitation, "resend"), (Invitation, "cancel"), (Move, "stop"), (Person, "called"),
}  # fmt: skip
DISCOVERED_BY_REPORT = [door for door in DOORS if door[0] is Profile and door[1] != "reopen"]


@pytest.fixture
def mallory(organisation):
    """The desk as the one who led to it."""
    return role("RA manager", organisation)


@pytest.fixture
def colleague(organisation):
    return role("RA manager", organisation)


@pytest.fixture
def added(person):
    return Authenticator.objects.create(
        profile=person, kind=kinds.some_kind(), external_id="x", material={}, added_by="person",
        usable_from=timezone.now() + timedelta(hours=20),
    )  # fmt: skip


def actor(client):
    return actors.admin(client.user.pk)


def press(person, one=None):
    link = not_me.link(person, address=person.email, authenticator_id=one and one.pk)
    return reports.report(token=link.split("/")[-2])


def found_out(door, person, added):
    """The row of a door, with what was discovered there: a report, a suspension, a hold, a lock, a closed profile."""
    model, slug = door
    if model is Report:
        return press(person, added)
    if slug == "lift":
        return added
    if slug == "reopen":
        closing.close(profile=person, by="admin:0", reason="suspected_misuse")
        return person
    report = press(person, added)
    if slug in {"assist", "reinstate"}:  # nobody gets there before it is closed
        outcome = "misuse" if slug == "assist" else "the_person"
        reports.close(report=report, by="admin:0", outcome=outcome)
    if slug == "unlock":
        lock(person)
    row = added if model is Authenticator else person
    row.refresh_from_db()
    return row


def lock(person):
    for _ in range(7):
        counting.hit((limits.DETAILS_PAIR_HOUR, own.pair(person.email, person.nino_fingerprint).hex()))


def page(door, row):
    return f"/admin/{door[0]._meta.app_label}/{door[0]._meta.model_name}/{row.pk}/{door[1]}/"


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_each_verb_of_the_desk_is_judged_here_or_undoes_nothing():
    judged = {(model, slug) for model, of_model in apart.JUDGES.items() if model in ROWS for slug in of_model}
    assert judged == set(DOORS) | FOUR_EYES
    assert {(model, verb.slug) for model, of_model in ROWS.items() for verb in of_model} == (
        judged - {(Profile, "assist")}
    ) | FREE


def test_a_fresh_factor_is_asked_for_before_each_verb_but_for_what_stops_asks_invites_or_notes_a_call():
    without = {(model, verb.slug) for model, of_model in ROWS.items() for verb in of_model if not verb.fresh}
    assert without == NOT_FRESH


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_factor_that_is_not_fresh_is_asked_for_at_each_door(door, person, added, colleague):
    row = found_out(door, person, added)
    stale(colleague)
    assert colleague.post(page(door, row), DOORS[door][0])["Location"].startswith("/admin/login/second/")


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_led_to_it_is_refused_in_words_at_each_door_and_a_colleague_is_not(door, person, added, mallory, colleague):
    record(EventName.PROFILE_NINO_CHANGED, actor=actor(mallory), profile=person)
    row, before = found_out(door, person, added), Event.objects.count()
    typed = DOORS[door][0]
    for response in (mallory.get(page(door, row), follow=True), mallory.post(page(door, row), typed, follow=True)):
        assert said(response)[-1].startswith("Somebody else has to do this")
    assert Event.objects.count() == before
    done = colleague.post(page(door, row), typed, follow=True)
    assert Event.objects.filter(actor=actor(colleague), outcome="ok").exists(), said(done)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_led_to_it_is_refused_by_the_rule_itself(door, person, added, mallory):
    record(EventName.PROFILE_NINO_CHANGED, actor=actor(mallory), profile=person)
    row, rule = found_out(door, person, added), DOORS[door][1]
    before = Event.objects.count()
    with pytest.raises(Refused, match="own_change"):
        rule(row, actor(mallory))
    assert Event.objects.count() == before
    assert rule(row, "admin:0")


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_what_is_refused_is_not_offered_and_the_page_says_so(door, person, added, mallory, colleague):
    record(EventName.ASSISTED_STARTED, actor=actor(mallory), profile=person)
    row = found_out(door, person, added)
    whose = f"/admin/careid/profile/{person.pk}/change/"
    assert page(door, row) not in mallory.get(whose).content.decode()
    assert page(door, row) in colleague.get(whose).content.decode()
    if door[1] != "assist":
        assert 'id="left-to-others"' in mallory.get(whose).content.decode()
    assert 'id="left-to-others"' not in colleague.get(whose).content.decode()


@pytest.mark.parametrize("name", duties.REPORTED)
def test_whatever_a_report_can_be_about_is_not_closed_by_who_did_it(name, person, added):
    record(name, actor="admin:1", profile=person)
    report = press(person)
    with pytest.raises(Refused, match="own_change"):
        reports.close(report=report, by="admin:1", outcome="the_person")
    record(name, actor="admin:2", profile=person)  # by who looks into it
    assert reports.close(report=report, by="admin:2", outcome="the_person") is True


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_is_named_as_having_checked_is_as_who_started(door, person, added):
    record(
        EventName.ASSISTED_STARTED,
        actor="admin:1",
        profile=person,
        details={"checked": "video", "checked_by": "admin:2"},
    )
    row, rule = found_out(door, person, added), DOORS[door][1]
    for by in ("admin:1", "admin:2"):
        with pytest.raises(Refused, match="own_change"):
            rule(row, by)


def test_nor_does_somebody_start_with_their_name_as_who_checked(person, mallory, colleague):
    record(EventName.PROFILE_EMAIL_CHANGED, actor=actor(mallory), profile=person)
    reports.close(report=press(person), by="admin:0", outcome="unclear")
    with pytest.raises(Refused, match="own_change"):
        assisted.start(profile=person, by=actor(colleague), oneself=False, checked="video", checked_by=actor(mallory))


@pytest.mark.parametrize("door", [(Authenticator, "reinstate"), (Authenticator, "lift"), (Report, "close")], ids=str)
def test_who_added_it_for_somebody_is_refused_however_long_ago(door, person, added):
    Authenticator.objects.update(added_by="admin:1", added_at=timezone.now() - timedelta(days=400))
    added.refresh_from_db()
    row, rule = found_out(door, person, added), DOORS[door][1]
    with pytest.raises(Refused, match="own_change"):
        rule(row, "admin:1")


@pytest.mark.parametrize("door", DISCOVERED_BY_REPORT, ids=str)
def test_once_a_colleague_found_that_it_was_the_person_all_is_open_again(door, person):
    record(EventName.PROFILE_EMAIL_CHANGED, actor="admin:1", profile=person)
    reports.close(report=press(person), by="admin:2", outcome="the_person")
    lock(person)
    person.refresh_from_db()
    assert DOORS[door][1](person, "admin:1")


def test_what_lies_longer_back_than_a_link_lives_and_a_week_is_nobodys_reason(person):
    told = record(EventName.PROFILE_EMAIL_CHANGED, actor="admin:1", profile=person)
    report = press(person)
    for past, refused in ((duties.BEFORE - timedelta(hours=1), True), (duties.BEFORE + timedelta(hours=1), False)):
        Report.objects.update(reported_at=told.at + past)
        report.refresh_from_db()
        assert (apart.refusal(report, "close", by="admin:1") == "own_change") is refused
    assert not_me.LIFE + LATELY == duties.BEFORE


def test_a_change_that_was_refused_is_no_reason(person, added):
    record(EventName.PROFILE_EMAIL_CHANGED, outcome="refused", reason="email_taken", actor="admin:1", profile=person)
    assert holds.lift(authenticator=added, by="admin:1", **WHY) is True
