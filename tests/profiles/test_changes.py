"""What the desk does to a profile: one event, one mail to each address, and what follows."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from authenticators import actions
from authenticators.models import Authenticator
from careid.errors import Refused
from careid.limits import counting, limits, own
from careid.people.models import Profile
from careid.storing import crypto
from careid.trail.models import Event
from enrolment.models import Attempt
from profiles import changes, locks, reasons
from tests.visitors import post

pytestmark = pytest.mark.django_db
NEW_NUMBER = "PP999901C"  # made up: PP is never issued
BY = {"by": "admin:7", "note": "Seen in person"}


@pytest.fixture
def app(person):
    return Authenticator.objects.create(
        profile=person, kind="totp", external_id="x", material={"key": "k"}, added_by="person"
    )


def the_event(name):
    told = Event.objects.get(name=name)
    return told.actor, told.reason, told.details


CHANGES = {
    "email": (lambda person: changes.change_email(profile=person, email="new@example.nhs.uk", reason="correction", **BY), "profile.email_changed"),
    "number": (lambda person: changes.set_number(profile=person, number=NEW_NUMBER, reason="correction", **BY), "profile.nino_changed"),
    "close": (lambda person: changes.close(profile=person, reason="leaver", **BY), "profile.closed"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_leaves_one_event_tells_every_address_and_ends_open_attempts(what, person, visitor):
    change, event = CHANGES[what]
    old = person.email
    visitor.verify(person)
    assert change(person) is True
    actor, reason, details = the_event(event)
    assert (actor, reason, details["note"]) == ("admin:7", "leaver" if what == "close" else "correction", BY["note"])
    told = post()
    assert {mail.to[0] for mail in told} == ({old, "new@example.nhs.uk"} if what == "email" else {old})
    assert all(re.search(r"^http://localhost/not-me/[\w-]+/$", mail.body, re.MULTILINE) for mail in told)
    assert not any(BY["note"] in mail.body for mail in told)
    assert visitor.client.get("/authenticators/").url == "/expired/"
    assert not Attempt.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_so_already_is_not_done_again(what, person):
    change, event = CHANGES[what]
    change(person)
    assert change(person) is False
    assert Event.objects.filter(name=event).count() == 1


def test_a_changed_address_and_a_changed_number_put_what_is_added_next_on_hold(make_person, make_visitor):
    for what in ("email", "number"):
        person = make_person()
        CHANGES[what][0](person)
        person.nino = NEW_NUMBER if what == "number" else person.nino
        make_visitor().enrol(person)
        one = Authenticator.objects.get(profile=person)
        assert one.usable_from - one.added_at == timedelta(hours=24)
        changes.close(profile=person, reason="leaver", **BY)


def test_the_old_address_is_kept_with_its_date(person):
    old = person.email
    changes.change_email(profile=person, email="new@example.nhs.uk", reason="correction", **BY)
    person.refresh_from_db()
    assert (person.email, person.previous_email) == ("new@example.nhs.uk", old)
    assert timezone.now() - person.email_changed_at < timedelta(minutes=1)


def test_a_number_is_kept_as_a_fingerprint_and_told_to_nobody(person):
    changes.set_number(profile=person, number=NEW_NUMBER, reason="was_missing", **BY)
    person.refresh_from_db()
    assert person.nino_fingerprint == crypto.fingerprint(NEW_NUMBER)
    everything = str([*Event.objects.values(), *Profile.objects.values()]) + "".join(mail.body for mail in post())
    assert NEW_NUMBER not in everything


def test_what_another_open_profile_has_is_refused_and_nothing_changes(person, make_person):
    other = make_person()
    with pytest.raises(Refused, match="email_taken"):
        changes.change_email(profile=person, email=other.email, reason="correction", **BY)
    with pytest.raises(Refused, match="number_taken"):
        changes.set_number(profile=person, number=other.nino, reason="correction", **BY)
    told = list(Event.objects.values_list("name", "outcome", "reason", "actor"))
    assert told == [
        ("profile.email_changed", "refused", "email_taken", "admin:7"),
        ("profile.nino_changed", "refused", "number_taken", "admin:7"),
    ]
    assert post() == []


def test_a_number_under_an_older_key_is_refused_too(person, make_person, settings):
    from tests.environment import key

    other = make_person()
    settings.INDEX_KEYS = f"{key('i2')},{settings.INDEX_KEYS}"
    with pytest.raises(Refused, match="number_taken"):
        changes.set_number(profile=person, number=other.nino, reason="correction", **BY)


def test_what_the_person_says_is_compared_recorded_and_limited(person):
    assert changes.number_matches(profile=person, number=person.nino, by="admin:7") is True
    assert changes.number_matches(profile=person, number=NEW_NUMBER, by="admin:7") is False
    checks = Event.objects.filter(name="profile.nino_checked").order_by("sequence")
    assert list(checks.values_list("outcome", "actor")) == [
        ("ok", "admin:7"),
        ("none", "admin:7"),
    ]


@pytest.mark.django_db(transaction=True)
def test_thirty_checks_an_hour_are_an_admins(person):
    for _ in range(limits.NINO_CHECKS.most):
        changes.number_matches(profile=person, number=NEW_NUMBER, by="admin:7")
    with pytest.raises(counting.Locked):
        changes.number_matches(profile=person, number=NEW_NUMBER, by="admin:7")
    changes.number_matches(profile=person, number=NEW_NUMBER, by="admin:8")


def test_closing_revokes_all_and_reopening_brings_none_back(person, app):
    Authenticator.objects.create(
        profile=person, kind="totp", external_id="y", material={"key": "k"}, added_by="person", state="suspended", state_reason="lost"
    )  # fmt: skip
    changes.close(profile=person, reason="leaver", **BY)
    assert the_event("profile.closed")[2] == {"note": BY["note"], "revoked": 2}
    assert set(Authenticator.objects.values_list("state", "state_reason")) == {("revoked", "profile_closed")}
    person.refresh_from_db()
    assert (person.state, person.closed_reason) == ("closed", "leaver")
    assert changes.reopen(profile=person, reason="returned", **BY) is True
    assert changes.reopen(profile=person, reason="returned", **BY) is False
    assert set(Authenticator.objects.values_list("state", flat=True)) == {"revoked"}
    assert the_event("profile.reopened")[:2] == ("admin:7", "returned")
    assert post()[-1].subject == "Care ID: your profile is open again"


def test_reopening_is_refused_while_somebody_else_has_the_address(person, make_person):
    changes.close(profile=person, reason="duplicate", **BY)
    make_person(email=person.email)
    with pytest.raises(Refused, match="email_taken"):
        changes.reopen(profile=person, reason="returned", **BY)
    person.refresh_from_db()
    assert person.state == "closed"


def test_a_lock_stands_until_it_is_lifted_and_the_person_is_told(person, make_visitor):
    for _ in range(7):
        make_visitor().details(person)
    stand = locks.standing(person)
    assert {lock.limit for lock in stand} == {limits.DETAILS_PAIR_HOUR, limits.CODE_SENDS_HOUR}
    assert all(lock.until > timezone.now() for lock in stand)
    post()
    assert locks.lift(profile=person, reason="person_confirmed", **BY) > 0
    assert locks.standing(person) == []
    assert make_visitor().details(person).status_code == 302
    assert next(mail.subject for mail in post()) == "Care ID: you can try again"
    assert the_event("limit.lifted")[2]["note"] == BY["note"]


def test_silent_locks_stand_there_too_and_a_profile_with_nothing_on_it_has_none(person, make_person):
    for _ in range(11):
        counting.hit((limits.DETAILS_EMAIL_HOUR, person.email), (limits.DETAILS_NINO_HOUR, person.nino_fingerprint))
    assert {lock.limit for lock in locks.standing(person)} == {limits.DETAILS_EMAIL_HOUR, limits.DETAILS_NINO_HOUR}
    assert locks.standing(make_person(email=None, nino="")) == []


def test_a_lock_without_an_end_says_so(person):
    pair = own.pair(person.email, person.nino_fingerprint).hex()
    for _ in range(101):
        counting.hit((limits.CODE_WRONG_IN_A_ROW, pair))
    assert [lock.until for lock in locks.standing(person)] == [None]


def test_every_reason_is_a_word_that_the_trail_takes():
    from careid.trail.names import CLOSED_WORD

    assert all(CLOSED_WORD.fullmatch(word) for word in reasons.ALL)


def test_an_authenticator_is_stopped_with_the_note_in_the_trail_alone(person, app):
    actions.suspend(authenticator=app, reason="lost", **BY)
    assert the_event("authenticator.suspended")[2] == {"kind": "totp", "note": BY["note"]}
    assert BY["note"] not in post()[-1].body


def test_an_invitation_holds_no_secret_and_goes_out_once_a_day(person):
    assert changes.invite(profile=person, by="admin:7") is True
    assert changes.invite(profile=person, by="admin:7") is False
    [sent] = post()
    assert "http://localhost/\n" in sent.body
    assert person.user_id not in sent.body
    assert "/not-me/" not in sent.body
    assert the_event("profile.invited")[0] == "admin:7"
    Profile.objects.update(invited_at=timezone.now() - timedelta(days=1, minutes=1))
    assert changes.invite(profile=person, by="admin:7") is True


@pytest.mark.parametrize("fields", [{"email": None}, {"state": "closed", "closed_reason": "leaver"}])
def test_someone_who_could_not_enrol_is_not_invited(fields, make_person):
    assert changes.invite(profile=make_person(**fields), by="admin:7") is False
    assert post() == []
