"""Levels as CIS2 writes them: what is asked for is met by the first value that can be, and what is told is what was reached."""

from dataclasses import dataclass

import pytest

from provider import levels
from provider.levels import Met, Way

APP, KEY = Way("app", "AAL2_APP", 2), Way("key", "AAL2_KEY", 2)
CARD = Way("card", "AAL3_CARD", 3)
OURS = (APP, KEY)


@dataclass(frozen=True)
class Proof:
    acr: str
    level: int


@pytest.mark.parametrize("value", ["AAL2_OR_AAL3_ANY", "AAL2_ANY"])
def test_any_of_level_two_is_met_by_every_way(value):
    assert levels.meet((value,), "AAL3_ANY", OURS) == Met((), 2)


def test_a_way_by_its_name_is_met_by_that_one_alone():
    met = levels.meet(("AAL2_KEY",), "", OURS)
    assert met == Met(("key",), 2, "AAL2_KEY")
    assert met.is_met_by(kind="key", level=2)
    assert not met.is_met_by(kind="app", level=2)


@pytest.mark.parametrize("value", ["AAL3_ANY", "AAL3_CARD", "AAL1_ANY", "aal2_any", "AAL2", "loa-2"])
def test_what_no_way_reaches_is_met_by_nothing(value):
    assert levels.meet((value,), "AAL2_ANY", OURS) is None


def test_level_three_is_met_where_there_is_a_way_of_it():
    met = levels.meet(("AAL3_ANY",), "", (*OURS, CARD))
    assert met == Met((), 3)
    assert not met.is_met_by(kind="app", level=2)
    assert met.is_met_by(kind="card", level=3)


def test_of_a_list_the_first_that_can_be_met_holds():
    assert levels.meet(("AAL3_CARD", "unknown", "AAL2_KEY", "AAL2_ANY"), "", OURS) == Met(("key",), 2, "AAL2_KEY")


def test_where_nothing_is_asked_the_clients_own_default_holds():
    assert levels.meet((), "AAL3_ANY AAL2_APP", OURS) == Met(("app",), 2, "AAL2_APP")
    assert levels.meet((), "AAL3_ANY", OURS) is None


def test_nothing_is_met_where_nothing_is_set_up():
    assert levels.meet(("AAL2_ANY",), "", ()) is None


@pytest.mark.parametrize(
    ("asked", "proof", "told"),
    [
        ("AAL2_OR_AAL3_ANY", Proof("AAL2_APP", 2), "AAL2_ANY"),
        ("AAL2_ANY", Proof("AAL3_CARD", 3), "AAL3_ANY"),
        ("AAL2_APP", Proof("AAL2_APP", 2), "AAL2_APP"),
    ],
)
def test_what_is_told_is_what_was_reached(asked, proof, told):
    met = levels.meet((asked,), "", (*OURS, CARD))
    assert levels.reached(met, proof) == told


def test_level_two_never_reads_as_level_three():
    met = levels.meet(("AAL2_OR_AAL3_ANY",), "", OURS)
    assert "AAL3" not in levels.reached(met, Proof("AAL2_KEY", 2))


def test_discovery_names_what_is_met_and_no_more():
    assert levels.supported(OURS) == ["AAL2_ANY", "AAL2_OR_AAL3_ANY", "AAL2_APP", "AAL2_KEY"]
    assert "AAL3_ANY" in levels.supported((CARD,))
    assert levels.supported(()) == []
