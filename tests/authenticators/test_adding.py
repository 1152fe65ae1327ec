"""The narrow waist: whose right to add is spent on what, whatever happens at the same time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from authenticators import actions
from authenticators.models import Authenticator
from authenticators.refusals import Refusal
from authenticators.registry import KINDS
from careid.errors import Refused
from careid.people.models import Profile
from careid.post.models import Mail
from careid.trail.models import Event
from enrolment.models import Attempt
from tests import kinds
from tests.threads import at_once
from tests.visitors import Visitor

pytestmark = pytest.mark.django_db
KIND = KINDS[kinds.some_kind()]
MOST = kinds.most(KIND.slug)


def verified(person):
    Visitor().verify(person)
    return Attempt.objects.latest("started_at")


def added(attempt, external_id="one"):
    try:
        return actions.add(attempt=attempt, kind=KIND, external_id=external_id, material={}).state
    except Refused as refused:
        return refused.reason


def already(person, count, state="active"):
    for number in range(count):
        Authenticator.objects.create(
            profile=person,
            kind=KIND.slug,
            external_id=f"{state}{number}",
            material={},
            added_by="person",
            state=state,
            state_reason="" if state == "active" else "lost",
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_devices_at_once_the_one_beyond_the_limit_is_refused(person):
    already(person, MOST - 1)
    attempts = [verified(person), verified(person)]
    calls = [lambda one=one: added(one, str(one.pk)) for one in attempts]
    assert sorted(at_once(calls, held=Profile.objects.filter(pk=person.pk))) == ["active", "limit"]
    assert person.authenticators.live().by_kind()[KIND.slug] == MOST


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"ended_at": timedelta()},
        {"verified_at": None},
        {"verified_at": timedelta(minutes=-20, seconds=-1)},
        {"last_seen_at": timedelta(minutes=-15, seconds=-1)},
        {"started_at": timedelta(minutes=-60, seconds=-1)},
    ],
    ids=lambda meanwhile: next(iter(meanwhile)),
)
def test_an_attempt_that_is_over_or_not_verified_by_now_adds_nothing(meanwhile, person):
    attempt = verified(person)
    [(name, away)] = meanwhile.items()
    Attempt.objects.update(**{name: away if away is None else timezone.now() + away})
    assert added(attempt) == "not_verified"
    assert not Authenticator.objects.exists()
    assert not Mail.objects.filter(template="authenticator_added").exists()


def test_what_was_pending_is_wiped_once_something_was_added(visitor, person):
    visitor.reach(person)
    attempt = Attempt.objects.get()
    assert attempt.pending[KIND.slug]
    assert added(attempt) == "active"
    assert Attempt.objects.get().pending is None


def test_suspended_ones_count_towards_the_limit_and_revoked_ones_do_not(person):
    already(person, MOST, "revoked")
    already(person, MOST - 1, "suspended")
    assert added(verified(person)) == "active"
    assert added(verified(person), "two") == "limit"


def test_a_refusal_leaves_an_event_that_says_why(person):
    already(person, MOST)
    attempt = verified(person)
    assert added(attempt) == "limit"
    told = Event.objects.get(name="ceremony.rejected")
    assert (told.outcome, told.reason, told.details) == ("refused", "limit", {"kind": KIND.slug})
    assert (told.profile_id, told.attempt_id, told.reference) == (person.pk, attempt.pk, attempt.reference)


def test_naming_leaves_an_event_without_the_name_and_no_mail(visitor, person):
    done = visitor.enrol(person).url
    mails = Mail.objects.count()
    for _ in range(2):
        visitor.client.post(done, {"name": "Work phone"})  # the second time changes nothing
    told = Event.objects.get(name="authenticator.named")
    one = Authenticator.objects.get()
    assert (told.authenticator_id, told.profile_id, told.actor) == (one.pk, person.pk, "person")
    assert (told.reference, told.details) == (Attempt.objects.get().reference, {"kind": KIND.slug})
    assert Mail.objects.count() == mails


def test_one_attempt_fills_the_trail_no_further_than_fifty_failures(person):
    attempt, mine = verified(person), verified(person)
    for _ in range(actions.REJECTED_MOST + 5):
        actions.rejected(attempt=attempt, kind=KIND, reason=Refusal.TAKEN)
    assert Event.objects.filter(name="ceremony.rejected").count() == actions.REJECTED_MOST
    actions.rejected(attempt=mine, kind=KIND, reason=Refusal.TAKEN)
    assert Event.objects.filter(name="ceremony.rejected", attempt_id=mine.pk).count() == 1


def test_a_name_is_given_ten_times_and_no_oftener(visitor, person):
    done = visitor.enrol(person).url
    answers = [visitor.client.post(done, {"name": f"Name {number}"}).status_code for number in range(11)]
    assert answers == [302] * 10 + [429]
    assert Event.objects.filter(name="authenticator.named").count() == 10
    assert Authenticator.objects.get().name == "Name 9"
