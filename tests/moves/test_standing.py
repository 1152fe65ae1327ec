"""Where somebody stands in a move: of every state, the one next step."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from authenticators.models import Authenticator
from moves import links, standing
from moves.standing import Step
from tests import kinds
from tests.moves import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def move(organisation):
    return made.move()


@pytest.fixture
def stands(move):
    """How somebody stands of whom this is given."""
    return lambda **fields: standing.of(made.person(fields.pop("move", move), **fields))


def has(person, **fields):
    kind = kinds.some_kind()
    given = {"external_id": str(Authenticator.objects.count()), "material": {}, "added_by": "person"}
    return Authenticator.objects.create(profile=person, kind=kind, **given | fields)


@pytest.mark.parametrize("state", ["cancelled", "done"])
def test_a_move_that_is_over_comes_before_everything_else(stands, person, organisation, state):
    has(person)
    assert stands(move=made.move(state=state), profile=person, answer="no_mfa").step == Step(state)


@pytest.mark.parametrize("answer", ["no_mfa", "no_longer_mfa", "no_longer_access"])
def test_who_answered_no_has_nothing_to_do(stands, person, answer):
    assert stands(profile=person, answer=answer).step == Step.NO


@pytest.mark.parametrize("answer", ["no_phone", "no_invitation", "wants_call"])
def test_the_other_answers_leave_the_step_as_it_is(stands, person, answer):
    assert stands(profile=person, answer=answer).step == Step.ADD


def test_who_can_sign_in_is_ready(stands, person):
    has(person, state="suspended", state_reason="lost")
    has(person)
    found = stands(profile=person)
    assert (found.step, found.profile, found.authenticator, found.ready) == (Step.READY, "done", "done", "done")


def test_what_is_on_hold_is_told_with_the_time_from_which_the_first_of_them_works(stands, person):
    hours = [timezone.now() + timedelta(hours=number) for number in (20, 5)]
    for at in hours:
        has(person, usable_from=at)
    found = stands(profile=person)
    assert (found.step, found.works_from) == (Step.HOLD, hours[1])
    assert (found.authenticator, found.ready) == ("done", "waits")
    with time_machine.travel(hours[1], tick=False):
        assert stands(profile=person).step == Step.READY


@pytest.mark.parametrize("state", ["suspended", "revoked"])
def test_who_has_nothing_that_works_adds_something(stands, person, state):
    has(person, state=state, state_reason="lost")
    found = stands(profile=person)
    assert (found.step, found.profile, found.authenticator, found.ready) == (Step.ADD, "done", "next", "later")


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "closed", "closed_reason": "left"},
        {"reported_at": timezone.now()},
        {"email": None},
        {"nino_fingerprint": None},
    ],
)
def test_who_cannot_add_anything_alone_asks_for_help(stands, make_person, fields):
    found = stands(profile=make_person(**fields))
    assert (found.step, found.why, found.on_file) == (Step.ASK, "", True)


@pytest.mark.parametrize("change", [{"takes_part": False}, {"kinds_off": kinds.slugs()}])
def test_where_nothing_can_be_added_somebody_asks_for_help(stands, person, organisation, change):
    vars(organisation).update(change)
    organisation.save()
    person.refresh_from_db()
    assert stands(profile=person).step == Step.ASK


def test_a_report_comes_before_what_still_stands_as_usable(stands, make_person):
    person = make_person(reported_at=timezone.now())
    has(person)
    assert stands(profile=person).step == Step.ASK


@pytest.mark.parametrize(
    ("state", "step", "why"),
    [
        ("sent", Step.APPLY, ""),
        ("opened", Step.APPLY, ""),
        ("proved", Step.APPLY, ""),
        ("expired", Step.APPLY, ""),
        ("submitted", Step.WAIT, ""),
        ("rejected", Step.ASK, "rejected"),
        ("blocked", Step.ASK, "blocked"),
        ("cancelled", Step.ASK, "not_invited"),
    ],
)
def test_who_is_not_on_file_stands_where_their_invitation_stands(stands, organisation, state, step, why):
    found = stands(invitation=made.invitation(organisation, state=state))
    assert (found.step, found.why, found.on_file) == (step, why, False)
    assert found.profile == ("waits" if step == Step.WAIT else "next")


def test_who_was_not_invited_asks_for_help(stands):
    assert (stands().step, stands().why) == (Step.ASK, "not_invited")


def test_a_profile_that_the_invitation_led_to_counts_before_anybody_looks_again(stands, person, organisation):
    assert stands(invitation=made.invitation(organisation, state="found", profile=person)).step == Step.ADD


@pytest.mark.parametrize(
    ("answer", "step"), [("", Step.CONFIRM), ("wants_call", Step.CONFIRM), ("keep_smartcard", Step.KEPT)]
)
def test_who_uses_a_smartcard_says_so_once(stands, person, answer, step):
    assert stands(way="smartcard", answer=answer).step == step
    assert stands(way="smartcard", answer=answer, profile=person).step == step


def test_a_smartcard_user_who_can_sign_in_the_new_way_is_ready(stands, person):
    has(person)
    assert stands(way="smartcard", profile=person).step == Step.READY


def test_to_keep_a_smartcard_counts_only_where_there_is_one(stands, person):
    assert stands(way="two_factor", answer="keep_smartcard", profile=person).step == Step.ADD


def test_it_takes_one_query(person, move, django_assert_num_queries):
    one = links.find(made.link(made.person(move, profile=person)).split("/")[-2])
    with django_assert_num_queries(1):
        standing.of(one)
