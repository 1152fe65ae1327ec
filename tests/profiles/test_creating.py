"""Making one profile."""

import pytest

from careid.errors import Refused
from careid.people.models import Organisation, Profile
from careid.storing import crypto
from careid.trail.models import Event
from profiles import creating
from tests.environment import key
from tests.threads import at_once
from tests.visitors import post

pytestmark = pytest.mark.django_db
NUMBER = "PP 99 99 01 C"  # made up: PP is never issued
AMA = {
    "user_id": "5550 0000 0001",
    "given_name": " Ama\u200b",
    "family_name": "Sample",
    "email": "Ama@Example.nhs.uk",
    "number": NUMBER,
    "identity_level": 3,
    "source": "apply",
    "by": "admin:7",
}


@pytest.fixture
def organisation(db):
    return Organisation.objects.create(code="RX9")


@pytest.fixture
def create(organisation):
    return lambda **other: creating.create(organisation=organisation, **AMA | other)


def test_a_profile_is_made_open_in_the_form_that_things_are_compared_in(create, organisation):
    made = create()
    ama = Profile.objects.get()
    assert made == ama
    assert (ama.user_id, ama.given_name, ama.family_name) == ("555000000001", "Ama", "Sample")
    assert (ama.email, ama.nino_fingerprint) == ("ama@example.nhs.uk", crypto.fingerprint("PP999901C"))
    assert (ama.state, ama.identity_level, ama.source, ama.organisation) == ("open", 3, "apply", organisation)
    assert (ama.email_changed_at, ama.nino_changed_at, len(ama.user_handle)) == (None, None, 32)


def test_it_leaves_one_event_and_tells_nobody(create):
    made = create(reason="returned", note="Seen in person")
    event = Event.objects.get()
    assert (event.name, event.outcome, event.reason, event.actor) == ("profile.created", "ok", "returned", "admin:7")
    assert (event.profile_id, event.organisation, event.details) == (made.pk, "RX9", {"note": "Seen in person"})
    assert post() == []


def test_what_is_not_on_file_is_left_out(create):
    create(email="", number="")
    create(user_id="555000000002", email="", number="")
    assert set(Profile.objects.values_list("email", "nino_fingerprint")) == {(None, None)}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("user_id", "12345"),
        ("user_id", "\u0665" * 12),
        ("given_name", " \u200b"),
        ("family_name", "x" * 101),
        ("given_name", "A\0ma"),
        ("given_name", "A\udce9ma"),
        ("email", "not an address"),
        ("number", "QQ123456C"),
    ],
)
def test_what_is_in_no_form_makes_nothing(create, field, typed):
    with pytest.raises(ValueError, match=r"^(not|longer) ") as told:
        create(**{field: typed})
    assert typed not in str(told.value)
    assert not Profile.objects.exists()


TAKEN = {
    "user_id_taken": {"email": "", "number": ""},
    "email_taken": {"user_id": "555000000002", "number": ""},
    "number_taken": {"user_id": "555000000002", "email": ""},
}


@pytest.mark.parametrize("reason", TAKEN)
def test_what_another_has_is_refused_with_an_event_of_that(create, reason):
    create()
    with pytest.raises(Refused, match=f"^{reason}$"):
        create(**TAKEN[reason])
    assert Profile.objects.count() == 1
    refused = Event.objects.get(outcome="refused")
    assert (refused.name, refused.reason, refused.actor) == ("profile.created", reason, "admin:7")
    assert (refused.profile_id, refused.organisation) == (None, "RX9")


def test_what_a_closed_profile_has_is_free(create):
    create()
    Profile.objects.update(state="closed", closed_reason="leaver")
    create(user_id="555000000002")
    assert Profile.objects.filter(email="ama@example.nhs.uk").count() == 2


def test_a_number_under_an_older_key_is_taken_too(create, settings):
    create()
    settings.INDEX_KEYS = f"{key('i2')},{settings.INDEX_KEYS}"
    with pytest.raises(Refused, match="number_taken"):
        create(**TAKEN["number_taken"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reason", TAKEN)
def test_of_two_at_once_one_is_made_and_the_other_refused(create, organisation, reason):
    def call(**other):
        try:
            return create(**other).user_id
        except Refused as refused:
            return refused.reason

    # A new row's organisation is looked up under a lock of its own, so both wait for whoever holds it.
    told = at_once(
        [lambda: call(user_id="555000000001"), lambda: call(**TAKEN[reason])],
        held=Organisation.objects.filter(pk=organisation.pk),
    )
    assert len(set(told) & {"555000000001", "555000000002"}) == 1
    assert reason in told
    assert Profile.objects.count() == 1


def test_what_is_a_fault_of_ours_is_no_refusal(create):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        create(identity_level=4)


def test_a_number_that_nobody_has_any_more_comes_as_its_fingerprints(create, settings):
    before = settings.INDEX_KEYS
    closed = create(user_id="555000000009")
    Profile.objects.update(state="closed", closed_reason="leaver")
    settings.INDEX_KEYS = f"{key('i2')},{before}"
    known = crypto.fingerprints("PP999901C")
    made = create(number="", fingerprints=known)
    closed.refresh_from_db()
    assert made.nino_fingerprint == closed.nino_fingerprint == known[0]
    settings.INDEX_KEYS = before
    with pytest.raises(Refused, match="number_taken"):
        create(user_id="555000000002", email="", number="", fingerprints=known)
