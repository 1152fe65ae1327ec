"""A person's link: the same in each email, theirs alone, and good after a key has changed."""

import base64
import secrets

import pytest

from careid.storing import crypto
from moves import links
from moves.models import Person
from tests.moves import crowd

pytestmark = pytest.mark.django_db


def key(name):
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@pytest.fixture
def ama(organisation):
    return crowd.join(crowd.draft(), "ama")


def token(person):
    address = links.give(person)
    assert address.startswith("http://localhost/move/")
    return address.removeprefix("http://localhost/move/").removesuffix("/")


def test_a_link_is_of_one_person_and_its_token_is_not_kept(ama):
    bo = crowd.join(ama.move, "bo")
    assert token(ama) == token(Person.objects.get(pk=ama.pk)) != token(bo)
    assert links.find(token(ama)) == ama
    assert bytes(ama.token_hash) == crypto.token_hash(token(ama))


@pytest.mark.parametrize("other", ["", "x", "a\0b", "\ud800", "é" * 5_000])
def test_what_is_no_token_is_nobodys(other, ama):
    assert links.find(other) is None


def test_a_new_key_leaves_a_link_as_it_is_and_one_that_left_gives_another(ama, settings):
    first = token(ama)
    settings.KEYS = f"{key('newer')},{settings.KEYS}"
    assert token(ama) == first
    settings.KEYS = key("newest")
    second = token(ama)
    assert second != first
    assert token(Person.objects.get(pk=ama.pk)) == second
    assert links.find(second) == ama
    assert links.find(first) is None
