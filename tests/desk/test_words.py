"""The desk's words: for every reason that the trail may hold, and for none that it never holds."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from authenticators.models import Authenticator
from authenticators.registry import KINDS
from careid.people.models import Profile
from careid.trail.models import Event
from careid.trail.names import EventName
from desk import words
from desk.door import words as door
from profiles import changes, reasons
from profiles.importing import by_sets
from tests import packages

ROOT = Path(words.__file__).resolve().parents[1]
FLOORS = tuple(one for one in packages.IN_PRODUCTION if one != "operating")


def modules():
    for path in (path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if "migrations" not in path.parts and not any(f".{slug}." in name for slug in KINDS):
            yield name, ast.parse(path.read_text())


def literals(node, module):
    """What an argument may be: a word, one of two, or a constant of the module."""
    if isinstance(node, ast.IfExp):
        return literals(node.body, module) | literals(node.orelse, module)
    if isinstance(node, ast.Constant):
        return {node.value}
    constant = isinstance(node, ast.Name) and node.id.isupper()
    return {getattr(import_module(module), node.id)} if constant else set()


def calls(of=None):
    for module, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (of is None or of == getattr(node.func, "id", ast.unparse(node.func))):
                yield module, node


def given():
    """The words that stand as a reason in a call."""
    named = {
        word
        for module, call in calls()
        for argument in call.keywords
        if argument.arg == "reason"
        for word in literals(argument.value, module)
    }
    return named - {""}


def identity():
    """Those of a pair that named nobody: the keys of its table, and the one before it."""
    [tree] = [tree for name, tree in modules() if name == "enrolment.identity"]
    tables = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    found = [call.args[1] for _, call in calls("Found") if len(call.args) > 1]
    keys = [key for table in tables for key in table.keys]
    return {node.value for node in keys + found if isinstance(node, ast.Constant)}


def at_the_door():
    refused = [call.args[0] for name in ("refused", "guessing.refused") for _, call in calls(name)]
    locked = [call.args[2] for module, call in calls("_record") if module == "desk.door.guessing"]
    said = {node for argument in refused + locked for node in ast.walk(argument)}  # one of two, perhaps
    of_a_copy = {"count_went_back"}
    return of_a_copy | {node.value for node in said if isinstance(node, ast.Constant)}


def test_every_reason_that_the_code_gives_has_words_and_no_other():
    of_changes = {
        *changes._TAKEN.values(),
        *(by_sets.CREATED, by_sets.CHANGED),  # which stand in SQL
        *(event.value.replace(".", "_") for event in EventName if event in CHANGES),
    }
    assert given() | identity() | of_changes == words.REASONS.keys() | {"replaced", "signed_out"}


CHANGES = {
    *(EventName.PROFILE_EMAIL_CHANGED, EventName.PROFILE_NINO_CHANGED),
    *(EventName.PROFILE_CLOSED, EventName.PROFILE_REOPENED),
}


@pytest.mark.parametrize("name", EventName)
def test_no_reason_has_two_words_where_it_stands(name):
    """Else a reader tells another reason than the one that was chosen."""
    assert not words.OF_EVENTS.get(name, {}).keys() & words.REASONS.keys()


@pytest.mark.parametrize("meant", [*words.OF_STATES.values(), reasons.CLOSE])
def test_no_reason_of_a_state_has_two_words_either(meant):
    assert not meant.keys() & words.REASONS.keys()


@pytest.mark.parametrize("reason", sorted({key for chosen in reasons.BY_EVENT.values() for key in chosen}))
def test_what_was_chosen_elsewhere_is_not_borrowed(reason):
    for name in EventName:
        said = words.event(Event(name=name, reason=reason)).removeprefix(f"{words.EVENTS[name]}: ")
        assert said == words.OF_EVENTS.get(name, {}).get(reason, reason.replace("_", " "))


def test_every_reason_of_the_door_has_words_and_no_other():
    assert at_the_door() == door.REASONS.keys()


def test_a_word_is_said_as_it_is_meant_where_it_stands():
    said = {
        words.event(Event(name=name, reason="limit", details=details))
        for name, details in (
            (EventName.ADMIN_LOCKED, {}),
            *((EventName.CEREMONY_REJECTED, {"kind": slug}) for slug in KINDS),
        )
    }
    assert said == {
        "Desk: signing in was locked: too many tries at the desk",
        "Could not add it: they have as many as a profile can have",
    }


def test_why_something_was_done_is_said_in_the_words_that_were_chosen():
    for name, chosen in reasons.BY_EVENT.items():
        for reason, said in chosen.items():
            assert words.event(Event(name=name, reason=reason)) == f"{words.EVENTS[name]}: {said}"
    assert {id(one) for one in reasons.BY_EVENT.values()} == {
        id(one) for name, one in vars(reasons).items() if name.isupper() and name != "BY_EVENT"
    }


@pytest.mark.parametrize(("state", "chosen"), [*words.OF_STATES.items()])
def test_why_an_authenticator_is_stopped_or_works_again_is_said_so_too(state, chosen):
    for reason, said in chosen.items():
        assert words.why_stopped(Authenticator(state=state, state_reason=reason)) == said
    assert words.why_stopped(Authenticator()) == ""


def test_why_a_profile_is_closed_is_said_so_too():
    for reason, said in reasons.CLOSE.items():
        assert words.why_closed(Profile(closed_reason=reason)) == said
    assert words.why_closed(Profile()) == ""


def test_why_something_was_refused_is_never_what_somebody_did():
    for chosen in reasons.BY_EVENT.values():
        assert all(said not in words.of_refusal(reason) for reason, said in chosen.items())


def test_a_word_that_stands_alone_is_said_in_each_of_its_meanings():
    assert words.of_refusal("limit") == "they have as many as a profile can have; or too many tries at the desk"
    assert words.of("made_up", {}) == words.of_refusal("made_up") == "made up"
