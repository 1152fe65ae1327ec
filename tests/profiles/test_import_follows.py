"""What follows where a file gives somebody another address or number: as where the desk does."""

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.errors import Refused
from careid.people.models import Profile
from careid.post.models import Mail
from careid.storing import crypto
from careid.trail.models import Event
from enrolment import assisted
from enrolment.models import Assisted, Attempt
from profiles import closing, emails, numbers
from tests import kinds
from tests.environment import key
from tests.profiles.files import AMA, BEN, CLEO, events, profile
from tests.threads import at_once

ANOTHER_ADDRESS = AMA.replace("ama@", "married@")
ANOTHER_NUMBER = AMA.replace("01 A", "09 A")


def told():
    return sorted((mail.template, mail.content["to"]) for mail in Mail.objects.exclude(template="assisted"))


def left_by(do):
    """The mails and events that something leaves, without who did it and why."""
    Mail.objects.all().delete()
    last = max(Event.objects.values_list("sequence", flat=True), default=0)
    do()
    left = Event.objects.filter(sequence__gt=last).exclude(name__in=["profile.imported", "command.run"])
    return told(), sorted(left.values_list("name", "profile_id", "organisation"))


def begin(person):
    return Attempt.objects.create(
        profile=person, typed_email=person.email, pair=b"p", token_hash=str(person.pk).encode(),
        nino_fingerprint=person.nino_fingerprint, matched_fingerprint=person.nino_fingerprint,
        verified_at=timezone.now(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "by_hand"),
    [
        (ANOTHER_ADDRESS, lambda ama: emails.change_email(profile=ama, email="married@example.nhs.uk", by="x", reason="")),
        (ANOTHER_NUMBER, lambda ama: numbers.set_number(profile=ama, number="PP000009A", by="x", reason="")),
    ],
)  # fmt: skip
def test_a_file_leaves_the_notices_and_events_that_the_desk_s_change_does(load, row, by_hand):
    load(AMA)
    begin(profile(AMA))
    assisted.start(profile=profile(AMA), by="admin:1", oneself=False, checked="video", checked_by="x")
    by_file = left_by(lambda: load(row))
    assert by_file[0]
    assert [name for name, *_ in by_file[1]][:2] == ["assisted.cancelled", "attempt.ended"]
    Profile.objects.update(email="ama@example.nhs.uk", nino_fingerprint=crypto.fingerprint("PP000001A"))
    Profile.objects.update(previous_email=None, email_changed_at=None, nino_changed_at=None)
    Attempt.objects.update(ended_at=None)
    Assisted.objects.update(cancelled_at=None)
    assert left_by(lambda: by_hand(profile(AMA))) == by_file


def test_an_address_s_notice_goes_to_the_old_and_the_new_and_what_is_added_waits(load):
    load(AMA, BEN)
    load(ANOTHER_ADDRESS, BEN)
    (changed,) = events("profile.email_changed")
    assert (changed.actor, changed.reason) == ("command:import_profiles", "imported")
    assert told() == [("profile_email_changed", f"{name}@example.nhs.uk") for name in ("ama", "married")]
    assert profile(AMA).changed_lately(timezone.now())
    assert not profile(BEN).changed_lately(timezone.now())


def test_open_attempts_and_links_end_and_nobody_else_s(load):
    load(AMA, BEN)
    ama, ben = begin(profile(AMA)), begin(profile(BEN))
    for one in (ama, ben):
        assisted.start(profile=one.profile, by="admin:1", oneself=False, checked="video", checked_by="x")
    load(ANOTHER_NUMBER, BEN.replace("Sample", "Other"))
    assert Attempt.objects.get(ended_at=None) == ben
    assert Assisted.objects.get(cancelled_at=None).profile == ben.profile
    assert [one.reason for one in events("attempt.ended")] == ["profile_nino_changed"]
    assert events("assisted.cancelled")[0].actor == "command:import_profiles"
    with pytest.raises(Refused, match="not_verified"):
        actions.add(attempt=ama, kind=KINDS[kinds.some_kind()], external_id="x", material={})


def test_of_whoever_is_new_or_keeps_both_nothing_is_told(load):
    load(AMA)
    load(AMA.replace("Sample", "Other"), BEN)
    assert not told()


def test_a_dry_run_tells_nobody_and_ends_nothing(load):
    load(AMA)
    begin(profile(AMA))
    load(ANOTHER_ADDRESS, CLEO, dry_run=True)
    assert not told()
    assert Attempt.objects.filter(ended_at=None).exists()


def test_no_statement_is_a_moved_person_s_own(load):
    def rows(people, at):
        return [f"55500000{n:04},A,B,{n}@{at}.nhs.uk,,RX1,3" for n in range(people)]

    def statements(people, at):
        with CaptureQueriesContext(connection) as captured:
            load(*rows(people, at))
        return len(captured)

    load(*rows(40, "first"))
    assert statements(3, "second") == statements(40, "third")
    assert len(told()) == 3 * 2 + 3 * 3 + 37 * 2


def told_or_refused(call):
    try:
        call()
    except (CommandError, Refused) as no:
        return type(no)
    return None


@pytest.mark.django_db(transaction=True)
def test_whoever_is_adding_while_a_file_moves_them_has_added_before_or_adds_nothing(load):
    load(AMA)
    attempt, kind = begin(profile(AMA)), KINDS[kinds.some_kind()]

    def add():
        return told_or_refused(lambda: actions.add(attempt=attempt, kind=kind, external_id="x", material={}))

    refused, _ = at_once([add, lambda: load(ANOTHER_ADDRESS)], held=Profile.objects.all())
    assert Authenticator.objects.count() == (refused is None)
    assert Attempt.objects.filter(ended_at=None).count() == 0
    assert ("profile_email_changed", "ama@example.nhs.uk") in told()


@pytest.mark.django_db(transaction=True)
def test_a_file_and_the_desk_at_once_leave_an_event_for_each_change_that_was_made(load):
    load(AMA)
    by_desk = {"email": "desk@example.nhs.uk", "by": "admin:1", "reason": "correction"}
    calls = [lambda: emails.change_email(profile=profile(AMA), **by_desk), lambda: load(ANOTHER_ADDRESS)]
    refused = at_once([lambda call=call: told_or_refused(call) for call in calls], held=Profile.objects.all())
    assert len(events("profile.email_changed")) == refused.count(None)
    last = {"admin:1": "desk@example.nhs.uk", "command:import_profiles": "married@example.nhs.uk"}
    assert profile(AMA).email == last[events("profile.email_changed")[-1].actor]


def test_who_was_closed_stays_so_beside_whom_a_file_gives_the_same_number_under_a_newer_key(load, settings):
    load(AMA)
    closing.close(profile=profile(AMA), by="admin:7", reason="duplicate")
    settings.INDEX_KEYS = f"{key('i2')},{settings.INDEX_KEYS}"
    load(AMA.replace("555000000001", "555000000009").replace("ama@", "ama2@"))
    with pytest.raises(Refused, match="number_taken"):
        closing.reopen(profile=profile(AMA), by="admin:7", reason="returned")
