"""User ids that are given here: the next of the range, each once."""

import pytest
from django.db import transaction

from apply import user_ids
from careid.errors import Refused
from careid.people.models import Profile

pytestmark = pytest.mark.django_db
FIRST = "555000000001"


@pytest.fixture(autouse=True)
def _range(settings):
    settings.USER_ID_RANGE = f"{FIRST}-555000000004"


def taken(make_person, *last):
    for digit in last:
        make_person(user_id=f"55500000000{digit}")


@pytest.mark.parametrize(
    ("have", "given"),
    [("", 1), ("1", 2), ("12", 3), ("3", 4), ("34", 1), ("134", 2), ("124", 3), ("04", 1), ("459", 1)],
)
def test_the_next_one_is_after_the_highest_then_the_lowest_gap(have, given, make_person):
    taken(make_person, *have)
    assert user_ids.next_free() == f"55500000000{given}"


def test_a_full_range_gives_none(make_person):
    taken(make_person, *"1234")
    with pytest.raises(Refused, match="range_full"):
        user_ids.next_free()


def test_a_closed_profile_keeps_its_own(make_person):
    taken(make_person, "1")
    Profile.objects.update(state="closed", closed_reason="leaver")
    assert user_ids.next_free() == "555000000002"


def test_a_range_of_one_is_one(settings):
    settings.USER_ID_RANGE = f"{FIRST} - {FIRST}"
    assert user_ids.next_free() == FIRST


def test_one_that_begins_with_noughts_keeps_them(settings, make_person):
    settings.USER_ID_RANGE = "000000000009-000000000012"
    assert user_ids.next_free() == "000000000009"
    make_person(user_id="000000000009")
    assert user_ids.next_free() == "000000000010"
    make_person(user_id="000000000012")
    assert user_ids.next_free() == "000000000010"


@pytest.mark.parametrize(
    "text",
    ["", "5550", "555000000004-555000000001", f"{FIRST}", f"{FIRST}-5550000000049", "\u0665" * 12 + "-" + "9" * 12],
)
def test_what_is_no_range_gives_none(text, settings):
    settings.USER_ID_RANGE = text
    assert user_ids.bounds() is None
    with pytest.raises(Refused, match="no_range"), transaction.atomic():
        user_ids.next_free()
